"""Links and monitors with those that are not there: ended, nameless, or on a node out of reach."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pybeam import Pid, node, process, rpc
from pybeam.errors import NodeDown
from pybeam.testing.inside import Solo
from pybeam.testing.world import SimNode, World
from tests.listener import listen
from tests.ties import A, B, far_ties, idle, told


@pytest.fixture
def pair() -> tuple[SimNode, SimNode]:
    """Two nodes that are not connected yet."""
    a, b = World().nodes(A, B)
    return a, b


def test_to_a_pid_that_has_ended_the_answer_is_noproc(pair: tuple[SimNode, SimNode]) -> None:
    a, b = pair

    def body() -> None:
        process.trap_exit()
        pid, ref = node.spawn_monitor(B, lambda: None)
        assert told() == ("DOWN", ref, "process", pid, "normal")
        ref = process.monitor(pid)
        assert told() == ("DOWN", ref, "process", pid, "noproc")
        process.link(pid)
        assert told() == ("EXIT", pid, "noproc")
        process.exit(pid, "nothing to hit")
        process.unlink(pid)
        assert told() == "nothing"

    a.run(body)
    assert far_ties(a, b) == []


def test_a_link_to_the_dead_ends_a_process_that_traps_nothing(pair: tuple[SimNode, SimNode]) -> None:
    a, _ = pair

    def body() -> None:
        gone = node.spawn(B, lambda: None)
        process.sleep(0.1)
        pid, ref = process.spawn_monitor(link_and_wait, gone)
        assert told() == ("DOWN", ref, "process", pid, "noproc")

    a.run(body)


def link_and_wait(pid: Pid) -> None:
    process.link(pid)
    process.receive()


def test_a_monitor_by_name_says_the_name_and_its_node(pair: tuple[SimNode, SimNode]) -> None:
    a, b = pair
    listen(b, "ear")

    def body() -> None:
        ref = process.monitor(("ear", B))
        nobody = process.monitor(("nose", B))
        assert told() == ("DOWN", nobody, "process", ("nose", B), "noproc")
        process.exit(rpc.call(B, "pybeam.process:whereis", "ear"), "kill")
        assert told() == ("DOWN", ref, "process", ("ear", B), "killed")

    a.run(body)


def test_a_monitor_by_name_stays_with_the_process_that_had_the_name(pair: tuple[SimNode, SimNode]) -> None:
    a, b = pair
    listen(b, "ear")

    def body() -> None:
        ref = process.monitor(("ear", B))
        first = rpc.call(B, "pybeam.process:whereis", "ear")
        rpc.call(B, "pybeam.process:unregister", "ear")
        assert process.demonitor(ref)
        process.exit(first, "kill")
        assert told() == "nothing"

    a.run(body)
    assert far_ties(a, b) == []


@pytest.mark.parametrize("connect", [process.link, process.monitor])
def test_to_a_node_that_cannot_be_reached_the_answer_is_noconnection(
    pair: tuple[SimNode, SimNode], connect: Callable[[Pid], object]
) -> None:
    a, b = pair

    def body() -> None:
        process.trap_exit()
        pid = node.spawn(B, idle)
        b.crash()
        process.sleep(5.0)
        connect(pid)
        message = told()
        assert message[-1] == "noconnection" and pid in message
        assert told() == "nothing"

    a.run(body)
    assert far_ties(a) == []


@pytest.mark.parametrize("connect", [process.link, process.monitor])
def test_without_a_node_of_its_own_the_answer_is_noconnection_at_once(connect: Callable[[Pid], object]) -> None:
    def body() -> None:
        process.trap_exit()
        connect(Pid("b@h", 7, 7))
        assert told(0)[-1] == "noconnection"

    Solo().run(body)


def test_spawn_on_a_node_that_cannot_be_reached_raises_and_leaves_no_monitor(pair: tuple[SimNode, SimNode]) -> None:
    a, b = pair
    b.crash()

    def body() -> None:
        for start in (node.spawn_link, node.spawn_monitor):
            with pytest.raises(NodeDown):
                start(B, idle)
        assert told() == "nothing"

    a.run(body)
    assert far_ties(a) == []


@pytest.mark.parametrize("connect", [process.link, process.monitor])
@pytest.mark.parametrize("connected", [True, False])
def test_a_pid_of_an_earlier_incarnation_is_noproc_and_never_the_new_process(
    pair: tuple[SimNode, SimNode], connected: bool, connect: Callable[[Pid], object]
) -> None:
    a, b = pair
    old = a.run(lambda: node.spawn(B, idle))
    b.crash()
    a.world.advance(120.0)
    again = a.world.node(B)
    again.runtime._numbers = old.number - 1
    assert again.spawn(idle).number == old.number

    def body() -> None:
        process.trap_exit()
        if connected:
            node.connect(B)
        connect(old)
        message = told()
        assert message[-1] == "noproc" and old in message
        process.exit(old, "kill")
        assert told(1.0) == "nothing"

    a.run(body)
    assert again.runtime.processes[old.number].doom is None
