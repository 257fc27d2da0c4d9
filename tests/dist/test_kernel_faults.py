"""What goes wrong with one peer ends its session, and neither the scheduler nor any other session."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pybeam.dist.frames import Sign
from pybeam.dist.peer import Peer
from pybeam.dist.session import Say
from tests.dist.lab import Here, Lab


def trio() -> tuple[Lab, Here, Here, Here]:
    lab = Lab()
    a, b, c = lab.nodes("abc")
    a.connect(b)
    a.connect(c)
    lab.run(1.0)
    return lab, a, b, c


def peer_of(node: Here, other: Here) -> Peer:
    return node.kernel._sessions._peers[other.name]


def failing(*_: object) -> Any:
    raise MemoryError("out of it")


def lacks_memory_to_send(a: Here, b: Here) -> None:
    link: Any = peer_of(a, b).link

    def fail_once(parts: object) -> None:
        del link.send
        failing()

    link.send = fail_once
    a.send(b, "lost")


def lacks_memory_to_take(a: Here, b: Here) -> None:
    a.notes.arrive = failing  # type: ignore[method-assign,assignment]
    b.send(a, "lost")


def lacks_memory_to_look(a: Here, b: Here) -> None:
    peer_of(a, b).look = failing  # type: ignore[method-assign]


def lacks_memory_to_grant(a: Here, b: Here) -> None:
    peer_of(a, b).grant = failing  # type: ignore[method-assign]
    for _ in range(30):
        b.send(a, "x" * 100_000)


def cannot_carry_out(a: Here, b: Here) -> None:
    peer_of(a, b).session.probed = lambda: [Say(None)]  # type: ignore[method-assign,arg-type]
    peer_of(b, a).send(Sign.PROBE)


@pytest.mark.parametrize(
    "fault",
    [lacks_memory_to_send, lacks_memory_to_take, lacks_memory_to_look, lacks_memory_to_grant, cannot_carry_out],
)
def test_a_fault_with_one_peer_ends_that_session_alone_and_is_logged(
    fault: Callable[[Here, Here], None], caplog: pytest.LogCaptureFixture
) -> None:
    lab, a, b, c = trio()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(a.notes, "arrive", a.notes.arrive)
        fault(a, b)
        lab.run(2.0)
    assert a.nodes() == ["c@h"] and b.nodes() == ["c@h"]
    assert any(record.exc_info for record in caplog.records)
    a.connect(b)
    lab.run(1.0)
    a.send(b, "to b")
    c.send(a, "to a")
    lab.run(1.0)
    assert lab.is_mesh() and b.messages() == ["to b"] and a.messages()[-1] == "to a"


def test_what_is_sent_behind_a_frame_that_was_lost_does_not_arrive_either() -> None:
    lab = Lab()
    a, b = lab.pair()
    link: Any = peer_of(a, b).link
    a.send(b, "lost")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pybeam.dist.peer.encode", failing)
        a.kernel.flush()
    a.send(b, "behind it")
    a.kernel.flush()
    lab.run(1.0)
    assert not link.alive() and b.messages() == []
    assert a.notes.ups_and_downs("b@h") == ["nodeup", "nodedown"] == b.notes.ups_and_downs("a@h")


def test_a_carrier_that_fails_once_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    lab = Lab()
    a, b = lab.pair()
    a.send(b, "message")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(b.carrier, "wait", failing)
        b.kernel.pump(0.0)
    lab.run(1.0)
    assert b.messages() == ["message"] and "an error in the network" in caplog.text


def test_the_node_goes_on_ticking_after_a_fault_in_a_tick() -> None:
    lab, a, b, c = trio()
    lacks_memory_to_look(a, b)
    lab.run(2.0)
    lab.here.remove(c)
    lab.run(70.0)
    assert a.nodes() == []
