"""Process groups over several nodes: who is seen where, and when no more."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any, cast

import pytest

from pybeam import ChildSpec, NoProcess, Supervisor, pg, process, rpc, send
from pybeam.errors import AlreadyStarted
from pybeam.terms import Pid, Ref
from pybeam.testing.inside import inside, settle
from pybeam.testing.world import SimNode, World
from tests.groups.cluster import end, hearing, join, mesh, split, waiting


def seen(nodes: list[SimNode], group: str = "g", scope: str = "pg") -> list[list[Pid]]:
    """The members as each node sees them, sorted."""
    return [sorted(each.run(pg.get_members, group, scope), key=lambda pid: (pid.node, pid.number)) for each in nodes]


def server_at(at: SimNode) -> Pid:
    pid = at.run(process.whereis, "pg")
    assert pid is not None
    return pid


def test_who_joins_is_seen_on_every_node(world: World, three: list[SimNode]) -> None:
    pids = [waiting(each) for each in three]
    for each, pid in zip(three, pids, strict=True):
        each.run(pg.join, "g", pid)
    world.advance(1)
    assert seen(three) == [pids] * 3
    assert [each.run(pg.get_local_members, "g") for each in three] == [[pid] for pid in pids]
    assert [each.run(pg.which_groups) for each in three] == [["g"]] * 3


def test_what_was_before_two_nodes_met_is_seen_by_both_after(world: World) -> None:
    a, b = world.nodes("a@h", "b@h")
    pids = [waiting(a), waiting(b)]
    a.run(pg.join, "g", [pids[0], pids[0]])
    b.run(pg.join, "g", pids[1])
    join([a, b])
    assert seen([a, b]) == [[pids[0], pids[0], pids[1]]] * 2


def test_a_process_leaves_as_often_as_it_joined(world: World, three: list[SimNode]) -> None:
    a, pid = three[0], waiting(three[0])
    a.run(pg.join, "g", [pid, pid])
    a.run(pg.join, "g", pid)
    lefts = []
    for count in (2, 1, 0, 0):
        lefts.append(a.run(pg.leave, "g", pid))
        world.advance(1)
        assert seen(three) == [[pid] * count] * 3
    assert lefts == [True, True, True, False]


def test_who_ends_leaves_all_its_groups(world: World, three: list[SimNode]) -> None:
    pid, other = waiting(three[0]), waiting(three[0])
    three[0].run(pg.join, "g", [pid, other, pid])
    three[0].run(pg.join, "h", pid)
    end(three[0], pid)
    assert seen(three) == [[other]] * 3
    assert [each.run(pg.which_groups) for each in three] == [["g"]] * 3


def test_who_has_ended_before_it_joins_is_no_member(world: World, three: list[SimNode]) -> None:
    pid = three[0].run(process.spawn, lambda: None)
    world.settle()
    three[0].run(pg.join, "g", pid)
    world.advance(1)
    assert seen(three) == [[]] * 3


@pytest.mark.parametrize("lose", [SimNode.crash, SimNode.stop])
def test_the_members_of_a_lost_node_are_no_members(
    world: World, three: list[SimNode], lose: Callable[[SimNode], None]
) -> None:
    pids = [waiting(each) for each in three]
    for each, pid in zip(three, pids, strict=True):
        each.run(pg.join, "g", pid)
    lose(three[2])
    world.advance(20)
    assert seen(three[:2]) == [pids[:2]] * 2


def test_halves_go_on_by_themselves_and_are_one_again(world: World, three: list[SimNode]) -> None:
    a, b, c = three
    before, late = [waiting(each) for each in three], waiting(c)
    for each, pid in zip(three, before, strict=True):
        each.run(pg.join, "g", pid)
    split([a, b], [c])
    c.run(pg.join, "g", late)
    b.run(pg.leave, "g", before[1])
    world.advance(1)
    assert seen(three) == [[before[0]], [before[0]], [before[2], late]]
    world.heal()
    join(three)
    assert seen(three) == [[before[0], before[2], late]] * 3


def test_a_monitor_of_a_group_hears_of_joins_and_leaves_from_everywhere(world: World, three: list[SimNode]) -> None:
    a, b, c = three
    old, pid = waiting(a), waiting(b)
    a.run(pg.join, "g", old)
    world.advance(1)
    _, heard = hearing(c, lambda: pg.monitor("g"))
    b.run(pg.join, "g", [pid, pid])
    b.run(pg.join, "other", pid)
    world.advance(1)
    b.run(pg.leave, "g", pid)
    world.advance(1)
    b.crash()
    world.advance(20)
    ref, _ = cast(tuple[Ref, object], heard[0])
    assert heard == [
        (ref, [old]),
        (ref, "join", "g", [pid, pid]),
        (ref, "leave", "g", [pid]),
        (ref, "leave", "g", [pid]),
    ]


def test_a_monitor_of_the_scope_hears_of_every_group(world: World, three: list[SimNode]) -> None:
    pid = waiting(three[0])
    three[0].run(pg.join, "g", pid)
    _, heard = hearing(three[0], pg.monitor_scope)
    three[0].run(pg.join, "h", pid)
    end(three[0], pid)
    ref, groups = cast(tuple[Ref, object], heard[0])
    assert groups == {"g": [pid]}
    assert heard[1] == (ref, "join", "h", [pid])
    assert sorted(heard[2:], key=repr) == [(ref, "leave", "g", [pid]), (ref, "leave", "h", [pid])]


def test_a_monitor_hears_of_the_members_of_a_node_that_is_met(world: World) -> None:
    a, b = world.nodes("a@h", "b@h")
    _, heard = hearing(a, lambda: pg.monitor("g"))
    pid = waiting(b)
    b.run(pg.join, "g", pid)
    join([a, b])
    ref, _ = cast(tuple[Ref, object], heard[0])
    assert heard[1:] == [(ref, "join", "g", [pid])]


def test_who_is_in_no_group_any_more_is_not_watched(three: list[SimNode]) -> None:
    server = three[0].runtime.names.get("pg")
    assert server is not None
    watched, pid = len(server.monitors or ()), waiting(three[0])
    three[0].run(pg.join, "g", [pid, pid])
    three[0].run(pg.leave, "g", pid)
    assert len(server.monitors or ()) == watched + 1
    three[0].run(pg.leave, "g", pid)
    assert len(server.monitors or ()) == watched


def test_a_stranger_cannot_join_others_and_a_new_peer_takes_the_place_of_the_old(
    world: World, three: list[SimNode]
) -> None:
    a, b, _ = three
    pid, stranger = waiting(b), waiting(b)
    b.run(pg.join, "g", pid)
    b.run(process.send, ("pg", a.name), ("join", stranger, "g", [stranger]))
    world.advance(1)
    assert seen([a]) == [[pid]]
    b.run(process.send, ("pg", a.name), ("discover", stranger, False))
    world.advance(1)
    assert seen([a]) == [[]]


@inside
def test_after_demonitor_nothing_is_heard() -> None:
    pg.start()
    ref, _ = pg.monitor("g")
    assert (pg.demonitor(ref), pg.demonitor(ref)) == (True, False)
    pg.join("g", process.self())
    settle()
    assert process.flush() == []


@inside
def test_the_monitor_of_a_process_that_has_ended_is_forgotten() -> None:
    pg.start()
    refs: list[Ref] = []
    process.spawn(lambda: refs.append(pg.monitor("g")[0]))
    settle()
    assert not pg.demonitor(refs[0])


def test_a_scope_is_a_world_of_its_own(world: World, three: list[SimNode]) -> None:
    a, b, c = three
    pid = waiting(a)
    for each in (a, b):
        each.run(pg.start, "chat")
    a.run(pg.join, "g", pid, "chat")
    world.advance(1)
    assert seen([a, b], scope="chat") == [[pid]] * 2
    assert seen(three) == [[]] * 3
    with pytest.raises(NoProcess, match="chat"):
        c.run(pg.get_members, "g", "chat")


def test_a_scope_that_starts_late_or_again_hears_all_and_one_that_ends_is_missed(
    world: World, three: list[SimNode]
) -> None:
    a, b, c = three
    pid, other = waiting(a), waiting(b)
    servers = [a.run(pg.start, "chat"), b.run(pg.start, "chat")]
    a.run(pg.join, "g", pid, "chat")
    b.run(pg.join, "g", other, "chat")
    c.run(pg.start, "chat")
    world.advance(1)
    assert seen([c], scope="chat") == [[pid, other]]
    end(a, servers[0])
    assert seen([b, c], scope="chat") == [[other]] * 2
    a.run(pg.start, "chat")
    world.advance(1)
    assert seen(three, scope="chat") == [[other]] * 3


def test_the_usual_scope_is_kept_with_its_members_when_it_is_killed(world: World, three: list[SimNode]) -> None:
    pids = [waiting(each) for each in three]
    for each, pid in zip(three, pids, strict=True):
        each.run(pg.join, "g", pid)
    before = server_at(three[0])
    end(three[0], before)
    assert server_at(three[0]) != before
    server = three[0].runtime.names.get("pg")
    assert server is not None
    assert len(server.monitors or ()) == 3, "its two peers, and the process of its own node"
    assert seen(three) == [pids] * 3
    end(three[0], pids[0])
    assert seen(three) == [pids[1:]] * 3


@inside
def test_a_supervisor_starts_a_scope() -> None:
    Supervisor.start_link([ChildSpec("chat", partial(pg.start_link, "chat"))])
    pg.join("g", process.self(), "chat")
    assert pg.get_members("g", "chat") == [process.self()]
    with pytest.raises(AlreadyStarted):
        pg.start("chat")


def test_only_its_own_node_can_have_a_process_join(three: list[SimNode]) -> None:
    a, b, _ = three
    pid = waiting(b)
    for act in (pg.join, pg.leave):
        with pytest.raises(ValueError, match="is of another node: have it join from there"):
            a.run(act, "g", [pid])
    a.run(rpc.call, b.name, pg.join, "g", pid)
    assert b.run(pg.get_members, "g") == [pid]


ANYHOW: Any = pg  # what its types forbid is what is tried
BAD = [
    (lambda: ANYHOW.join(["unhashable"], process.self()), TypeError, "a group is a str"),
    (lambda: ANYHOW.get_members({}), TypeError, "a group is a str"),
    (lambda: ANYHOW.join("g", "server"), TypeError, "a Pid or a list"),
    (lambda: ANYHOW.join("g", 7), TypeError, "a Pid or a list"),
    (lambda: ANYHOW.join("g", [process.self(), None]), TypeError, "a Pid is needed"),
    (lambda: ANYHOW.join("g", process.self(), "nowhere"), NoProcess, "nowhere"),
    (lambda: ANYHOW.get_members("g", 7), NoProcess, "7"),
    (lambda: ANYHOW.get_members("g", "no scope"), NoProcess, "no scope"),
    (lambda: ANYHOW.demonitor("ref"), TypeError, "the Ref that monitor returned"),
    (lambda: ANYHOW.start(""), ValueError, "a registered name"),
]


@pytest.mark.parametrize(("act", "kind", "text"), BAD)
@inside
def test_bad_input_is_told_and_changes_nothing(act: Callable[[], object], kind: type[Exception], text: str) -> None:
    pg.start()
    process.register("no scope", process.self())
    with pytest.raises(kind, match=text):
        act()
    assert pg.which_groups() == []


@inside
def test_nobody_joins_or_leaves_where_the_list_is_empty() -> None:
    pg.start()
    pg.join("g", [])
    assert (pg.leave("g", []), pg.which_groups()) == (False, [])


NONSENSE: list[object] = ["hello", ("discover", "me", True), ("join", None), ("sync", Pid("x@h", 1, 1), {}), (), None]


@pytest.mark.parametrize("message", NONSENSE)
@inside
def test_a_message_that_means_nothing_does_no_harm(message: object) -> None:
    server = pg.start()
    send(server, message)
    settle()
    assert (process.whereis("pg"), pg.which_groups()) == (server, [])


@pytest.mark.parametrize("seed", range(8))
def test_after_random_partitions_crashes_and_ends_all_nodes_see_the_same(seed: int) -> None:
    world, random = World(seed), Random(seed)
    nodes = mesh(world, "abcd")
    alive: list[tuple[SimNode, Pid]] = []
    for _ in range(30):
        draw, at = random.random(), random.choice(nodes)
        if draw < 0.4:
            alive.append((at, waiting(at)))
            at.run(pg.join, random.choice("gh"), alive[-1][1])
        elif draw < 0.55 and alive:
            at, pid = alive.pop(random.randrange(len(alive)))
            at.run(process.exit, pid, "kill")
        elif draw < 0.8:
            world.cut(at, random.choice(nodes))
        elif draw < 0.9:
            world.heal()
        elif draw < 0.95 and len(nodes) > 2:
            nodes.remove(at)
            alive = [(where, pid) for where, pid in alive if where is not at]
            at.crash()
        world.advance(random.choice([0.001, 0.1, 5, 20]))
    world.heal()
    world.advance(30)
    join(nodes)
    for each in nodes:
        members = [pid for group in "gh" for pid in each.run(pg.get_members, group)]
        assert sorted(members, key=repr) == sorted((pid for _, pid in alive), key=repr)
