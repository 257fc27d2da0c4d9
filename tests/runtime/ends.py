"""Watch a process end."""

from __future__ import annotations

from collections.abc import Callable

from pybeam.process import alive, receive, spawn_monitor
from pybeam.terms import Pid
from pybeam.testing.inside import settle


def end_of(fun: Callable[[], object], then: Callable[[Pid], object] = lambda pid: None) -> object:
    """The exit reason of a process that runs `fun`, after `then(pid)` once it rests."""
    pid, ref = spawn_monitor(fun)
    settle()
    then(pid)
    match receive(lambda message: message[:2] == ("DOWN", ref)):
        case (_, _, "process", down, reason):
            assert down == pid
            assert not alive(pid)
            return reason
    raise AssertionError
