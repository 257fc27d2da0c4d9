"""When a peer is spoken to for the sake of speaking, and when it is given up."""

from __future__ import annotations

from pybeam.dist.vigil import QUIET_TICKS, SILENT_TICKS, TICK, Finding, Vigil


def test_a_peer_that_was_sent_nothing_for_15_seconds_is_spoken_to() -> None:
    vigil = Vigil()
    findings = [vigil.look(7, n) for n in range(QUIET_TICKS + 1)]
    assert set(findings[:-1]) == {Finding.NOTHING} and findings[-1] is Finding.SPEAK
    assert QUIET_TICKS * TICK == 15.0
    assert vigil.look(8, 99) is Finding.NOTHING


def test_a_peer_that_is_silent_for_a_minute_is_given_up_however_much_it_is_sent() -> None:
    vigil = Vigil()
    findings = [vigil.look(n, 7) for n in range(SILENT_TICKS + 1)]
    assert set(findings[:-1]) == {Finding.NOTHING} and findings[-1] is Finding.GIVE_UP
    assert SILENT_TICKS * TICK == 60.0


def test_one_frame_in_time_is_enough() -> None:
    vigil = Vigil()
    findings = [vigil.look(n, n // (SILENT_TICKS - 1)) for n in range(10 * SILENT_TICKS)]
    assert set(findings) == {Finding.NOTHING}
