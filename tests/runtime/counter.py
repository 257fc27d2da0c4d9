"""A server that keeps what it is told, and calls to it that a test looks at from outside."""

from __future__ import annotations

from typing import Any

from pybeam import GenServer, NoReply, Stop, send
from pybeam.process import sleep
from pybeam.runtime.calls import Dest
from pybeam.testing.world import SimNode

COUNTER = ("counter", "b@h")


class Counter(GenServer):
    """Keeps what it is told, in order, and how; answers what it is asked to."""

    def init(self) -> None:
        self.log: list[tuple[str, object]] = []

    def handle_call(self, request: Any, from_: Any) -> Any:
        match request:
            case "log":
                return self.log
            case ("sleep", seconds):
                sleep(seconds)
                return "slept"
            case ("stop", reason):
                return Stop(reason)
            case ("leave it to", pid):
                send(pid, from_)
                return NoReply()
            case "never":
                return NoReply()
        self.log.append(("call", request))
        return request

    def handle_cast(self, message: Any) -> None:
        self.log.append(("cast", message))

    def handle_info(self, message: Any) -> None:
        self.log.append(("info", message))


def log_of(b: SimNode) -> Any:
    b.world.advance(0.1)
    return b.run(GenServer.call, "counter", "log")


def start_call(node: SimNode, request: object, dest: Dest = COUNTER, timeout: float | None = None) -> list[object]:
    """Begin a call; the list gets what it returns or raises."""
    outcome: list[object] = []

    def call() -> None:
        try:
            outcome.append(GenServer.call(dest, request, timeout))
        except Exception as error:
            outcome.append(error)

    node.spawn(call)
    node.world.advance(0.1)
    return outcome


def finished(node: SimNode, outcome: list[object], within: float) -> object:
    """What a call came to, which it does `within` so many seconds, once."""
    assert outcome == []
    node.world.advance(within)
    assert len(outcome) == 1
    return outcome[0]
