"""Names of the cluster: one owner on all nodes, and after a partition a winner and a told loser."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from pybeam import GenServer, NodeDown, NoProcess, global_, node, process
from pybeam.errors import AlreadyStarted
from pybeam.terms import Pid
from pybeam.testing.inside import inside, settle
from pybeam.testing.world import SimNode, World
from tests.groups.cluster import end, hearing, join, mesh, split, waiting
from tests.listener import Heard


def owners(nodes: list[SimNode], name: str = "x") -> list[Pid | None]:
    """Who has the name, as each node sees it."""
    return [each.run(global_.whereis_name, name) for each in nodes]


def registered(at: SimNode, name: str = "x", **options: object) -> tuple[Pid, Heard]:
    """A process of `at` that has the name there, and what it is sent."""
    pid, heard = hearing(at)
    assert at.run(lambda: global_.register_name(name, pid, **options))  # type: ignore[arg-type]
    heard.clear()
    return pid, heard


def test_a_name_has_one_owner_whom_every_node_knows_at_once(three: list[SimNode]) -> None:
    pids = [waiting(each) for each in three]
    assert [each.run(global_.register_name, "x", pid) for each, pid in zip(three, pids, strict=True)] == [
        True,
        False,
        False,
    ]
    assert owners(three) == [pids[0]] * 3
    assert [each.run(global_.registered_names) for each in three] == [["x"]] * 3


def test_any_node_can_register_a_process_of_any_other(three: list[SimNode]) -> None:
    pid = waiting(three[1])
    assert three[0].run(global_.register_name, ("db", 1), pid)
    assert not three[2].run(global_.register_name, ("db", 1), waiting(three[2]))
    assert [each.run(global_.whereis_name, ("db", 1)) for each in three] == [pid] * 3


def test_an_unregistered_name_is_free_everywhere_when_that_returns(three: list[SimNode]) -> None:
    registered(three[0])
    three[1].run(global_.unregister_name, "x")
    assert owners(three) == [None] * 3
    pid, _ = registered(three[2])
    assert owners(three) == [pid] * 3
    three[0].run(global_.unregister_name, "nobody's")


def test_a_name_goes_with_its_process(world: World, three: list[SimNode]) -> None:
    pid, _ = registered(three[0])
    end(three[0], pid)
    assert owners(three) == [None] * 3
    assert [each.run(global_.registered_names) for each in three] == [[]] * 3


@pytest.mark.parametrize("lose", [SimNode.crash, SimNode.stop])
def test_a_name_goes_with_its_node_and_with_no_other(
    world: World, three: list[SimNode], lose: Callable[[SimNode], None]
) -> None:
    mine, _ = registered(three[0], "x")
    registered(three[2], "y")
    lose(three[2])
    world.advance(20)
    assert (owners(three[:2], "x"), owners(three[:2], "y")) == ([mine] * 2, [None] * 2)


def test_a_name_can_be_taken_by_force_and_who_had_it_is_not_told(world: World, three: list[SimNode]) -> None:
    _, heard = registered(three[0])
    pid = waiting(three[1])
    assert three[2].run(global_.re_register_name, "x", pid)
    assert owners(three) == [pid] * 3
    world.advance(1)
    assert heard == []


def test_a_watcher_can_take_over_the_name_as_soon_as_the_owner_is_down(three: list[SimNode]) -> None:
    pid, _ = registered(three[0])

    def take_over() -> bool:
        process.monitor(pid)
        process.exit(pid, "kill")
        process.receive()
        return global_.register_name("x", process.self())

    assert three[1].run(take_over)


@pytest.mark.parametrize("seed", range(5))
def test_of_five_nodes_that_register_at_once_exactly_one_gets_the_name(seed: int) -> None:
    world = World(seed)
    nodes = mesh(world, "abcde")
    outcome: dict[Pid, bool] = {}

    def claim() -> None:
        outcome[process.self()] = global_.register_name("x", process.self())
        process.receive()

    for each in nodes:
        each.spawn(claim)
    world.advance(1)
    (winner,) = [pid for pid, got in outcome.items() if got]
    assert len(outcome) == 5
    assert owners(nodes) == [winner] * 5


@pytest.mark.parametrize("seed", range(5))
def test_nodes_that_come_up_and_register_at_once_end_with_one_owner_and_told_losers(seed: int) -> None:
    world = World(seed)
    nodes = world.nodes("a@h", "b@h", "c@h", "d@h")
    lives: list[tuple[Pid, Heard]] = []
    for each in nodes:
        for other in nodes:
            each.spawn(node.connect, other.name)
        lives.append(hearing(each, lambda: global_.register_name("x", process.self())))
    world.advance(5)
    ((owner, _),) = [(pid, heard) for pid, heard in lives if heard == [True]]
    assert owners(nodes) == [owner] * 4
    told = [True, ("global_name_conflict", "x")]
    assert all(heard in (told, [False]) for pid, heard in lives if pid != owner)


def test_when_halves_meet_one_keeps_the_name_and_the_other_is_told_once(world: World) -> None:
    a, b = world.nodes("a@h", "b@h")
    first, heard_first = registered(a)
    _, heard_second = registered(b)
    join([a, b])
    assert owners([a, b]) == [first] * 2
    assert (heard_first, heard_second) == ([], [("global_name_conflict", "x")])


def test_a_resolve_decides_where_the_node_that_sorts_first_has_one(world: World) -> None:
    a, b = world.nodes("a@h", "b@h")
    _, heard_first = registered(a, resolve=lambda name, pid, other: other)
    second, heard_second = registered(b, resolve=global_.random_exit_name)
    join([a, b])
    assert owners([a, b]) == [second] * 2
    assert (heard_first, heard_second) == ([("global_name_conflict", "x")], [])


def test_a_resolve_that_raises_leaves_the_name_where_it_would_be_without(world: World) -> None:
    a, b = world.nodes("a@h", "b@h")
    first, _ = registered(a, resolve=lambda name, pid, other: 1 / 0)
    _, heard = registered(b)
    join([a, b])
    assert (owners([a, b]), heard) == ([first] * 2, [("global_name_conflict", "x")])


def test_the_resolves_of_otp(world: World) -> None:
    a, b = world.nodes("a@h", "b@h")
    pids = {
        name: (
            registered(a, name, resolve=getattr(global_, name)),
            registered(b, name, resolve=getattr(global_, name)),
        )
        for name in ("random_exit_name", "random_notify_name", "notify_all_name")
    }
    join([a, b])
    for name, (first, second) in pids.items():
        kept = None if name == "notify_all_name" else first[0]
        assert owners([a, b], name) == [kept] * 2
        assert (first[1] == []) == (kept is not None)
        assert b.run(process.alive, second[0]) == (name != "random_exit_name")


def test_the_names_of_a_node_outlive_its_name_server(world: World, three: list[SimNode]) -> None:
    pid, heard = registered(three[1])
    before = three[1].run(process.whereis, "global_name_server")
    assert before is not None
    end(three[1], before)
    assert three[1].run(process.whereis, "global_name_server") != before
    assert (owners(three), heard) == ([pid] * 3, [])
    assert not three[0].run(global_.register_name, "x", waiting(three[0]))
    end(three[1], pid)
    assert owners(three) == [None] * 3


def test_a_message_goes_to_the_owner_on_whatever_node(world: World, three: list[SimNode]) -> None:
    pid, heard = registered(three[0])
    assert three[1].run(global_.send, "x", "hello") == pid
    three[2].run(process.send, global_.via("x"), "again")
    world.advance(1)
    assert heard == ["hello", "again"]
    with pytest.raises(NoProcess, match="nobody"):
        three[2].run(global_.send, "nobody", "hello")


class Echo(GenServer):
    def handle_call(self, request: object, from_: object) -> object:
        return request


def test_a_server_is_started_once_under_a_name_of_the_cluster(three: list[SimNode]) -> None:
    a, b, _ = three
    pid = a.run(lambda: GenServer.start(Echo, name=global_.via("echo")))
    with pytest.raises(AlreadyStarted) as error:
        b.run(lambda: GenServer.start(Echo, name=global_.via("echo")))
    assert error.value.pid == pid
    assert b.run(GenServer.call, global_.via("echo"), 42) == 42
    b.run(GenServer.stop, global_.via("echo"))
    with pytest.raises(NoProcess, match=r"global_\.via\('echo'\)"):
        b.run(GenServer.call, global_.via("echo"), 42)


def test_a_server_whose_name_has_just_become_free_asks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [False, True]
    monkeypatch.setattr(global_, "register_name", lambda name, pid: answers.pop(0))

    @inside
    def scene() -> None:
        global_.start()
        assert GenServer.call(GenServer.start(Echo, name=global_.via("echo")), 42) == 42

    scene()
    assert answers == []


def test_who_has_no_name_and_no_lock_any_more_is_not_watched(three: list[SimNode]) -> None:
    a = three[0]
    server = a.runtime.names.get("global_name_server")
    assert server is not None
    watched, pid = len(server.monitors or ()), waiting(a)

    def lock() -> None:
        global_.set_lock(("disk", "me"), [a.name])
        assert len(server.monitors or ()) == watched + 2
        global_.del_lock(("disk", "me"), [a.name])
        assert len(server.monitors or ()) == watched + 1

    assert a.run(global_.register_name, "x", pid)
    a.run(lock)
    assert len(server.monitors or ()) == watched + 1
    a.run(global_.unregister_name, "x")
    assert len(server.monitors or ()) == watched


def test_a_via_is_a_value_and_travels(three: list[SimNode]) -> None:
    assert len({global_.via("x"), global_.via("x"), global_.via("y")}) == 2
    pid, heard = hearing(three[1])
    three[0].run(process.send, pid, global_.via("x"))
    three[0].world.advance(1)
    assert heard[1:] == [global_.via("x")]


def test_a_process_of_a_node_that_is_gone_gets_no_name(world: World, three: list[SimNode]) -> None:
    pid = waiting(three[2])
    three[2].crash()
    world.advance(20)
    with pytest.raises(NodeDown, match="c@h"):
        three[0].run(global_.register_name, "x", pid)


@inside
def test_who_has_ended_gets_a_name_and_loses_it_at_once_as_in_otp() -> None:
    global_.start()
    pid = process.spawn(lambda: None)
    settle()
    assert global_.register_name("x", pid)
    settle()
    assert global_.whereis_name("x") is None


ANYHOW: Any = global_  # what its types forbid is what is tried
BAD = [
    (lambda me: ANYHOW.register_name(["unhashable"], me), TypeError, "a name in the cluster is a str"),
    (lambda me: ANYHOW.register_name("x", "server"), TypeError, "a Pid is needed"),
    (lambda me: ANYHOW.register_name("x", me, "resolve"), TypeError, "resolve is a function"),
    (lambda me: ANYHOW.re_register_name("x", None), TypeError, "a Pid is needed"),
    (lambda me: ANYHOW.whereis_name({}), TypeError, "a name in the cluster is a str"),
    (lambda me: ANYHOW.unregister_name([]), TypeError, "a name in the cluster is a str"),
    (lambda me: ANYHOW.send([], 1), TypeError, "a name in the cluster is a str"),
    (lambda me: ANYHOW.via([]), TypeError, "a name in the cluster is a str"),
    (lambda me: ANYHOW.set_lock("lock"), TypeError, r"a lock is \(resource, requester\)"),
    (lambda me: ANYHOW.set_lock((1, [])), TypeError, "a requester is a str"),
    (lambda me: ANYHOW.set_lock((1, 2), "a@host"), TypeError, "a list of node names"),
    (lambda me: ANYHOW.set_lock((1, 2), ["nonsense"]), ValueError, "bad node name"),
    (lambda me: ANYHOW.set_lock((1, 2), None, -1), ValueError, "retries"),
]


@pytest.mark.parametrize(("act", "kind", "text"), BAD)
@inside
def test_bad_input_is_told_and_changes_nothing(act: Callable[[Pid], object], kind: type[Exception], text: str) -> None:
    global_.start()
    with pytest.raises(kind, match=text):
        act(process.self())
    assert global_.registered_names() == []


@inside
def test_without_a_name_server_there_are_no_names() -> None:
    with pytest.raises(NoProcess, match="global_name_server"):
        global_.whereis_name("x")


@pytest.mark.parametrize("seed", range(12))
def test_after_random_partitions_and_crashes_all_agree_and_every_loser_was_told(seed: int) -> None:
    world, random = World(seed), Random(seed)
    nodes = mesh(world, "abcd")
    got: list[tuple[SimNode, Pid, Heard]] = []

    def claim(at: SimNode) -> None:
        pid, heard = hearing(at, lambda: global_.register_name("x", process.self()))
        got.append((at, pid, heard))

    for _ in range(30):
        draw, at = random.random(), random.choice(nodes)
        if draw < 0.3:
            claim(at)
        elif draw < 0.4 and got:
            at, pid, _ = got.pop(random.randrange(len(got)))
            at.run(process.exit, pid, "kill")
        elif draw < 0.7:
            split([at], [random.choice([each for each in nodes if each is not at])])
        elif draw < 0.85:
            world.heal()
        elif draw < 0.9 and len(nodes) > 2:
            nodes.remove(at)
            got = [entry for entry in got if entry[0] is not at]
            at.crash()
        world.advance(random.choice([0.001, 0.1, 5]))
    world.heal()
    world.advance(30)
    claim(nodes[-1])
    join(nodes)
    keepers = [pid for _, pid, heard in got if heard == [True]]
    assert len(keepers) == 1
    assert owners(nodes) == keepers * len(nodes)
    told: Heard = [True, ("global_name_conflict", "x")]
    assert all(heard in ([False], told) for _, pid, heard in got if pid not in keepers)
