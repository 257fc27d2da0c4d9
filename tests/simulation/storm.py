"""A few nodes that talk at random, while the network is cut and healed and nodes die and come back.

All chance comes from one seed, so a storm that showed an error shows it again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

from pybeam import GenServer, NoReply, node, process, rpc, send
from pybeam.errors import PybeamError
from pybeam.process import flush, receive, sleep, spawn
from pybeam.runtime.calls import Dest
from pybeam.runtime.signals import From
from pybeam.terms import Pid
from pybeam.testing.world import Directory, SimNode, World
from tests.simulation.history import Asked, Cut, Ended, Frozen, Got, History, Lane, Leftovers, Life, Outcome, Tag, Turn

STEPS = 60
LARGE = 300_000

SPEAK: tuple[Callable[[Dest, object], None], ...] = (send, GenServer.cast)


class Inbox(GenServer):
    """Writes down what comes, and answers calls: at once, later, through another node, or never."""

    def init(self, actor: Actor) -> None:
        self.actor = actor
        node.monitor_nodes()

    def handle_info(self, message: Any) -> None:
        actor = self.actor
        if isinstance(message, Tag):
            actor.note(Got, actor.sim.runtime.creation, message.brief())
        else:
            actor.note(Turn, *message)

    handle_cast = handle_info

    def handle_call(self, request: Any, from_: Any) -> Any:
        how, seconds, helper = request
        answer = self.actor.life
        match how:
            case "at once":
                return answer
            case "later":
                spawn(answer_late, seconds, from_, answer)
            case "elsewhere":
                send(("helper", helper), (from_, answer))
        return NoReply()


def answer_late(seconds: float, from_: From, answer: object) -> None:
    sleep(seconds)
    GenServer.reply(from_, answer)


def help_others() -> None:
    """Answer the calls that others were asked."""
    process.register("helper", process.self())
    while True:
        GenServer.reply(*receive())


def drive() -> None:
    """Do one thing after another."""
    while True:
        receive()()


class Liar(Directory):
    """Knows where the nodes are, and does not always say so: a node's old address, another's, or none."""

    def __init__(self, random: Random) -> None:
        super().__init__()
        self.random = random
        self.honest = False
        self.known: list[str | None] = [None]

    def lookup(self, name: str, answer: Callable[[str | None], None]) -> None:
        self.known += [address for address in self.addresses.values() if address not in self.known]
        lies = not self.honest and self.random.random() < 0.15
        answer(self.random.choice(self.known) if lies else self.addresses.get(name))


class Actor:
    """One life of one node, and what it does."""

    def __init__(self, storm: Storm, life: Life) -> None:
        self.storm = storm
        self.life = life
        self.alive = True
        self.sim: SimNode = storm.world.node(life.name)
        self.inbox: Pid = self.sim.run(lambda: GenServer.start(Inbox, self, name="inbox"))
        self.driver = self.sim.spawn(drive).pid
        self.sim.spawn(help_others)
        self.places: Counter[str] = Counter()
        self.lane_places: Counter[Lane] = Counter()
        storm.world.settle()

    def note(self, kind: Callable[..., Any], *details: Any) -> None:
        """Write an event down, as one of this life."""
        self.storm.history.events.append(kind(self.storm.world.clock.now(), self.life, *details))

    def session(self, name: str) -> int:
        """The creation of the node behind `name` that this one is connected to; 0 for none."""
        outbox = self.sim.runtime.network._up.get(name)  # type: ignore[attr-defined]
        return 0 if outbox is None else int(outbox.creation)

    def talk(self, target: str, dest: Dest, life: int, sizes: list[int], told: list[Tag] | None = None) -> None:
        """Have the driver send messages of these sizes, one after another."""

        def work() -> None:
            lane = Lane(self.life, target, life)
            for size in sizes:
                self.places[target] += 1
                self.lane_places[lane] += 1
                tag = Tag(lane, self.places[target], self.lane_places[lane], self.session(target), bytes(size))
                SPEAK[tag.place % 2](dest, tag)
                if told is not None:
                    told.append(tag.brief())

        self.sim.spawn(send, self.driver, work)

    def ask(self, target: str, aimed_at: int, call: Callable[[], object], timeout: float | None) -> None:
        """Make a call in a process of its own, and look long after what has come besides."""
        self.storm.calls += 1
        number = self.storm.calls

        def work() -> None:
            self.note(Asked, number, target, aimed_at, timeout)
            try:
                self.note(Outcome, number, "value", call())
            except PybeamError as error:
                self.note(Outcome, number, type(error).__name__, None)
            sleep(12)
            self.note(Leftovers, flush())

        self.sim.spawn(work)

    def end(self, gently: bool) -> None:
        self.alive = False
        self.note(Ended)
        self.sim.stop() if gently else self.sim.crash()

    def freeze(self, seconds: float) -> None:
        """Stand still for so long, while the others go on."""
        world = self.storm.world
        self.note(Frozen, world.clock.now() + seconds)
        self.sim.freeze()
        world.advance(seconds)
        self.sim.thaw()


class Storm:
    """One storm.

    Attributes:
        history: what happened; complete after `run`.
    """

    def __init__(self, seed: int) -> None:
        self.random = Random(f"storm {seed}")
        self.world = World(seed)
        self.world.network.bandwidth = self.random.choice((2e6, 1e9))
        self.world.directory = self.directory = Liar(self.random)
        self.history = History()
        self.calls = 0
        self.names = [f"n{i}@h" for i in range(self.random.randint(3, 5))]
        self.lives: dict[str, list[Actor]] = {name: [] for name in self.names}
        for name in self.names:
            self.be_born(name)

    def be_born(self, name: str) -> Actor:
        lives = self.lives[name]
        lives.append(Actor(self, Life(name, len(lives) + 1)))
        return lives[-1]

    @property
    def living(self) -> list[Actor]:
        return [lives[-1] for lives in self.lives.values() if lives[-1].alive]

    def run(self) -> History:
        self.connect_to_first()
        deeds = (
            self.talk,
            self.ask,
            self.remote,
            self.connect,
            self.disconnect,
            self.cut,
            self.heal,
            self.freeze,
            self.end,
        )
        weights = (40, 30, 5, 6, 2, 4, 4, 2, 4)
        for deed in self.random.choices(deeds, weights, k=STEPS):
            self.world.advance(self.pause())
            deed()
        self.calm_down()
        return self.history

    def pause(self) -> float:
        """Some seconds; often so few that a handshake is under way, or a reply."""
        return self.random.uniform(0, 0.004) if self.random.random() < 0.6 else min(2.0, self.random.expovariate(2.0))

    def pair(self) -> tuple[Actor, str]:
        """A living node, and the name of another one that may be dead."""
        actor = self.random.choice(self.living)
        return actor, self.random.choice([name for name in self.names if name != actor.life.name])

    def dest(self, target: str) -> tuple[Dest, int]:
        """A name, or the pid of this or of an earlier life, and which life's it is."""
        if self.random.random() < 0.5:
            return ("inbox", target), 0
        actor = self.random.choice(self.lives[target][-2:])
        return actor.inbox, actor.life.number

    # ------------------------------------------------------------------ deeds

    def talk(self) -> None:
        actor, target = self.pair()
        sizes = [LARGE if self.random.random() < 0.03 else 10 for _ in range(self.random.randint(1, 12))]
        actor.talk(target, *self.dest(target), sizes)

    def ask(self) -> None:
        actor, target = self.pair()
        dest, life = self.dest(target)
        how = self.random.choice(("at once", "later", "elsewhere", "never"))
        request = how, self.random.uniform(0, 3), self.random.choice(self.names)
        timeout = self.random.choice((0.002, 1.0, 5.0, None))
        if timeout is None and how in ("elsewhere", "never"):
            timeout = 2.0
        actor.ask(target, life, lambda: GenServer.call(dest, request, timeout), timeout)

    def remote(self) -> None:
        actor, target = self.pair()
        seconds = self.random.choice((0.0, 1.0))
        actor.ask(target, 0, lambda: rpc.call(target, sleep, seconds, timeout=3.0), 3.0)

    def connect(self) -> None:
        actor, target = self.pair()
        actor.sim.spawn(node.connect, target)

    def disconnect(self) -> None:
        actor, target = self.pair()
        actor.sim.spawn(node.disconnect, target)

    def cut(self) -> None:
        one, other = self.random.sample(self.living, 2)
        self.history.events.append(Cut(self.world.clock.now(), frozenset((one.life.name, other.life.name))))
        self.world.cut(one.sim, other.sim, one_way=self.random.random() < 0.3)

    def heal(self) -> None:
        self.history.events.append(Cut(self.world.clock.now(), frozenset(self.names), over=True))
        self.world.heal()

    def freeze(self) -> None:
        self.random.choice(self.living).freeze(self.random.uniform(0, 3))

    def end(self) -> None:
        """End a node, and let a dead one live again: at once, or some time later."""
        if len(self.living) > 2:
            self.random.choice(self.living).end(gently=self.random.random() < 0.3)
        if self.random.random() < 0.5:
            self.raise_the_dead()

    def raise_the_dead(self) -> None:
        for name, lives in self.lives.items():
            if not lives[-1].alive:
                self.be_born(name)

    # ------------------------------------------------------------------ the end

    def connect_to_first(self) -> None:
        """Have every node connect to the first one, and to those it then hears of."""
        for actor in self.living:
            actor.sim.spawn(node.connect, self.names[0])
        self.world.advance(1.0)

    def calm_down(self) -> None:
        self.directory.honest = True
        self.heal()
        self.raise_the_dead()
        self.world.advance(20.0)
        self.history.calm = self.lists()
        self.greet_all()
        self.names.append("newcomer@h")
        self.lives["newcomer@h"] = []
        self.be_born("newcomer@h")
        self.connect_to_first()
        self.history.mesh = self.lists()

    def greet_all(self) -> None:
        """Have every node send to every other one, which connects those that are not connected."""
        for actor in self.living:
            for target in self.names:
                if target != actor.life.name:
                    actor.talk(target, ("inbox", target), 0, [10, 10, 10], self.history.last)
        self.world.advance(15.0)

    def lists(self) -> dict[str, list[str]]:
        return {actor.life.name: actor.sim.runtime.network.nodes() for actor in self.living}
