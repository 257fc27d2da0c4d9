"""A nameless node of its own for a test with threads, and a server to talk to."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pybeam.clock import MonotonicClock
from pybeam.otp.directives import NoReply, Stop
from pybeam.otp.gen_server import GenServer
from pybeam.runtime import foreign
from pybeam.runtime.foreign import Host
from pybeam.runtime.scheduler import Runtime
from pybeam.runtime.signals import From
from pybeam.runtime.solo import NoNetwork
from pybeam.terms import NONODE


class Counter(GenServer):
    def init(self) -> None:
        self.total = 0

    def handle_call(self, request: Any, from_: From) -> Any:
        if request == "never":
            return NoReply()
        if request == "end":
            return Stop("asked to")
        self.total += request
        return self.total


@contextmanager
def fresh_host() -> Iterator[Host]:
    """Make this OS process use a nameless node of its own for a while."""
    before = foreign.existing_host()
    fresh = Host(Runtime(NONODE, time.monotonic_ns(), MonotonicClock(), NoNetwork()))
    foreign.set_default_host(fresh)
    fresh.start_thread()
    try:
        yield fresh
    finally:
        fresh.stop()
        foreign.set_default_host(before)


def in_threads(count: int, act: Callable[[int], object]) -> None:
    """Run `act(number)` in so many threads at once, and raise what one of them raised."""
    errors: list[BaseException] = []

    def run(number: int) -> None:
        try:
            act(number)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads), "a call hangs"
    if errors:
        raise errors[0]
