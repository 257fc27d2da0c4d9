"""Links, monitors and exit signals in any order, against a model: each is told exactly once."""

from __future__ import annotations

from collections import Counter, deque
from functools import partial

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from pybeam import process
from pybeam.otp.gen_server import GenServer
from pybeam.runtime.process import Process
from pybeam.terms import Pid, Ref
from pybeam.testing.inside import Solo

REASONS = ("normal", "boom", "kill", "shutdown", ("shutdown", 1))


class Actor(GenServer):
    """Runs what it is told in its own process; keeps every message it gets."""

    def init(self) -> None:
        self.got: list[object] = []

    def handle_cast(self, act: object) -> None:
        assert callable(act)
        act()

    def handle_info(self, message: object) -> None:
        self.got.append(message)


class Model:
    """What the model knows of one process."""

    def __init__(self, pid: Pid, actor: Actor) -> None:
        self.pid = pid
        self.actor = actor
        self.alive = True
        self.trapping = False
        self.links: set[Model] = set()
        self.watches: dict[Ref, Model] = {}
        self.expected: list[object] = []


class Society(RuleBasedStateMachine):
    """Some processes that link, watch and end each other; each step runs until all is quiet."""

    actors = Bundle("actors")

    @initialize()
    def start(self) -> None:
        self.node = Solo()
        self.models: list[Model] = []

    @rule(target=actors)
    def born(self) -> Model:
        pid = self.node.run(GenServer.start, Actor)
        model = Model(pid, self._process(pid).behaviour)
        self.models.append(model)
        return model

    @rule(one=actors, other=actors)
    def link(self, one: Model, other: Model) -> None:
        if not one.alive:
            return
        self._tell(one, partial(process.link, other.pid))
        if other.alive and other is not one:
            one.links.add(other)
            other.links.add(one)
        elif not other.alive:
            self._signal(one, other.pid, "noproc", by_exit=False)

    @rule(one=actors, other=actors)
    def unlink(self, one: Model, other: Model) -> None:
        if one.alive:
            self._tell(one, partial(process.unlink, other.pid))
            one.links.discard(other)
            other.links.discard(one)

    @rule(one=actors, other=actors)
    def monitor(self, one: Model, other: Model) -> None:
        if not one.alive:
            return
        refs: list[Ref] = []
        self._tell(one, lambda: refs.append(process.monitor(other.pid)))
        if other.alive:
            one.watches[refs[0]] = other
        else:
            one.expected.append(("DOWN", refs[0], "process", other.pid, "noproc"))

    @rule(one=actors, data=st.data())
    def demonitor(self, one: Model, data: st.DataObject) -> None:
        if one.alive and one.watches:
            ref = data.draw(st.sampled_from(sorted(one.watches, key=lambda ref: ref.number)))
            self._tell(one, partial(process.demonitor, ref))
            del one.watches[ref]

    @rule(one=actors, flag=st.booleans())
    def trap(self, one: Model, flag: bool) -> None:
        if one.alive:
            self._tell(one, partial(process.trap_exit, flag))
            one.trapping = flag

    @rule(one=actors, other=actors, reason=st.sampled_from(REASONS))
    def exit(self, one: Model, other: Model, reason: object) -> None:
        if one.alive:
            self._tell(one, partial(process.exit, other.pid, reason))
            self._signal(other, one.pid, reason, by_exit=True)

    @rule(one=actors, reason=st.sampled_from(REASONS))
    def stop(self, one: Model, reason: object) -> None:
        if one.alive:
            self.node.run(GenServer.stop, one.pid, reason)
            self._dies(one, reason)

    @invariant()
    def those_live_who_should(self) -> None:
        if hasattr(self, "node"):
            assert [m.pid.number for m in self.models if m.alive] == list(self.node.runtime.processes)

    @invariant()
    def each_was_told_what_it_should_be_and_only_once(self) -> None:
        for model in getattr(self, "models", ()):
            got, expected = Counter(map(repr, model.actor.got)), Counter(map(repr, model.expected))
            # One that a link ends may be told of the same death before, and not live to read it.
            assert got == expected if model.alive else got <= expected

    @invariant()
    def links_are_the_same_from_both_ends(self) -> None:
        for model in getattr(self, "models", ()):
            if model.alive:
                linked = {other.pid.number for other in model.links}
                assert {other.number for other in self._process(model.pid).links or ()} == linked

    def _process(self, pid: Pid) -> Process:
        return self.node.runtime.processes[pid.number]

    def _tell(self, one: Model, act: object) -> None:
        self.node.run(GenServer.cast, one.pid, act)
        self.node.settle()

    # the model

    def _signal(self, target: Model, sender: Pid, reason: object, *, by_exit: bool) -> None:
        if not target.alive:
            return
        to_self = sender == target.pid
        if by_exit and reason == "kill":
            self._dies(target, "killed")
        elif target.trapping:
            target.expected.append(("EXIT", sender, reason))
        elif reason != "normal" or (to_self and by_exit):
            self._dies(target, reason)

    def _dies(self, first: Model, reason: object) -> None:
        dying = deque([first])
        first.alive = False
        while dying:
            dead = dying.popleft()
            for watcher in self.models:
                for ref in [ref for ref, watched in watcher.watches.items() if watched is dead]:
                    del watcher.watches[ref]
                    if watcher.alive:
                        watcher.expected.append(("DOWN", ref, "process", dead.pid, reason))
            dead.watches.clear()
            for other in dead.links:
                other.links.discard(dead)
                if other.trapping:
                    other.expected.append(("EXIT", dead.pid, reason))
                elif reason != "normal" and other.alive:
                    other.alive = False
                    dying.append(other)
            dead.links.clear()


TestSociety = Society.TestCase
TestSociety.settings = settings(max_examples=80, stateful_step_count=30, deadline=None)
