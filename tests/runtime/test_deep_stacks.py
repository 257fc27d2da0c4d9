"""A process that is at the end of its stack does no harm to the others."""

from __future__ import annotations

import pytest

from pybeam.otp.gen_server import GenServer
from pybeam.process import alive, exit, link, monitor, receive, sleep, spawn
from pybeam.terms import Pid
from pybeam.testing.world import World


class Quiet(GenServer):
    pass


def dive(depth: int, victim: Pid) -> None:
    if depth:
        dive(depth - 1, victim)
    else:
        exit(victim, "kill")


def tie(one: Pid, other: Pid) -> None:
    link(one)
    link(other)
    sleep(10)


@pytest.mark.parametrize("depth", range(940, 1000))
def test_an_end_brought_about_from_a_deep_stack_reaches_everybody_or_nobody(depth: int) -> None:
    def scene() -> tuple[bool, bool, bool]:
        victim = GenServer.start(Quiet)
        linked = GenServer.start(Quiet)
        spawn(tie, victim, linked)
        ref = monitor(victim)
        sleep(0.1)
        spawn(dive, depth, victim)
        sleep(0.1)
        exit(victim, "kill")
        down = receive(lambda message: message[1] == ref, timeout=1)
        sleep(0.1)
        return alive(victim), alive(linked), down[0] == "DOWN"

    node = World().node()
    assert node.run(scene) == (False, False, True)
    later = node.run(lambda: spawn(sleep, 1))
    node.world.advance(2)
    assert not node.run(alive, later)
