"""Pids with numbers that no process can have: nobody, here and from afar, and no session ends over them."""

from __future__ import annotations

import pytest

from pybeam import NoProcess, Pid, Ref, node, process
from pybeam.otp.gen_server import GenServer
from pybeam.runtime.ports import Kind, Target
from pybeam.testing.world import SimNode, World
from tests.listener import listen
from tests.near_and_far import Counter
from tests.ties import A, B, far_ties, told

IMPOSSIBLE = [-1, 2**63, 2**63 + 1, 2**64 - 1, 2**64]


@pytest.fixture
def pair() -> tuple[SimNode, SimNode]:
    """Two connected nodes."""
    a, b = World().nodes(A, B)
    a.run(node.connect, B)
    return a, b


def link_in_vain_and_monitor(pid: Pid) -> Ref:
    process.trap_exit()
    process.link(pid)
    assert told(1.0) == ("EXIT", pid, "noproc")
    return process.monitor(pid)


@pytest.mark.parametrize("number", IMPOSSIBLE)
@pytest.mark.parametrize("connected", [True, False])
def test_a_number_that_no_process_has_is_nobody(pair: tuple[SimNode, SimNode], number: int, connected: bool) -> None:
    a, b = pair
    pid = Pid(B, b.runtime.creation, number)
    if not connected:
        a.run(node.disconnect, B)

    def body() -> None:
        ref = link_in_vain_and_monitor(pid)
        assert told(1.0) == ("DOWN", ref, "process", pid, "noproc")
        process.unlink(pid)
        process.exit(pid, "x")
        process.send(pid, "x")
        GenServer.cast(pid, "x")
        with pytest.raises(NoProcess):
            GenServer.call(pid, "x")
        assert told(1.0) == "nothing"

    a.run(body)
    assert far_ties(a, b) == []
    assert a.run(node.list) == ([B] if connected else [])


@pytest.mark.parametrize("connected", [True, False])
def test_a_number_that_is_none_is_nobody_to_link_with_or_to_monitor(
    pair: tuple[SimNode, SimNode], connected: bool
) -> None:
    a, b = pair
    pid: Pid = Pid(B, b.runtime.creation, 1.5)  # type: ignore[arg-type]  # as it may come in a message
    if not connected:
        a.run(node.disconnect, B)

    def body() -> None:
        ref = link_in_vain_and_monitor(pid)
        down = told(1.0)
        assert (down[1], down[4]) == (ref, "noproc")

    a.run(body)
    assert far_ties(a, b) == []


@pytest.mark.parametrize("kind", [Kind.SEND, Kind.CALL, Kind.MONITOR, Kind.LINK])
@pytest.mark.parametrize("number", [2**63, 2**64 - 1])
def test_a_node_that_lets_such_a_one_speak_is_cut_off(pair: tuple[SimNode, SimNode], number: int, kind: Kind) -> None:
    a, b = pair
    heard = listen(b, to_nodes=True)
    counter = b.run(GenServer.start, Counter)
    a.runtime.network.tell(kind, Target(B, 0, counter.number), 1, number, 1)
    a.world.advance(1.0)
    assert heard == [("nodedown", A)]
    assert b.run(GenServer.call, counter, 1) == 1
    assert far_ties(a, b) == []
