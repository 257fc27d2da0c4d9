"""Servers that wait for each other: each passes a request on along the way that it carries."""

from __future__ import annotations

from typing import Any

from pybeam import CallTimeout, Continue, DeadlockError, GenServer, NoReply, send
from pybeam.process import sleep
from pybeam.runtime.calls import Dest
from pybeam.testing.inside import now
from pybeam.testing.world import SimNode


class Relay(GenServer):
    """Asked for `("pass", way)`, it asks the first of `way` for the rest; at the end it answers.

    It answers a deadlock or a timeout with the error, and remembers it.
    """

    def init(self) -> None:
        self.errors: list[Exception] = []
        self.answers: list[object] = []

    def handle_call(self, request: Any, from_: Any) -> Any:
        match request:
            case ("pass", way):
                return self.pass_on(way)
            case ("defer to", pid):
                send(pid, from_)
                return NoReply()
            case ("defer to", pid, then):
                send(pid, from_)
                return NoReply(Continue(then))
            case ("answer, then pass", way):
                GenServer.reply(from_, "early")
                self.pass_on(way)
                return NoReply()
            case "answers":
                return self.answers
        return self.errors

    def handle_cast(self, message: Any) -> None:
        match message:
            case ("pass at", moment, way):
                sleep(moment - now())
                self.pass_on(way)
            case ("pass", way, timeout):
                self.pass_on(way, timeout)
            case ("promise", dest, way, seconds):
                promise = GenServer.call_async(dest, ("pass", way))
                sleep(seconds)
                self.redeem(promise)
            case ("ask", dest, request):
                self.answers.append(GenServer.call(dest, request, None))

    def handle_continue(self, message: Any) -> None:
        self.handle_cast(message)

    def redeem(self, promise: Any) -> None:
        try:
            self.answers.append(promise.result(None))
        except DeadlockError as error:
            self.errors.append(error)

    def pass_on(self, way: tuple[Dest, ...], timeout: float | None = None) -> object:
        if not way:
            return "arrived"
        try:
            return GenServer.call(way[0], ("pass", way[1:]), timeout)
        except (DeadlockError, CallTimeout) as error:
            self.errors.append(error)
            return error


def start_relay(node: SimNode, name: str) -> tuple[str, str]:
    """Start a `Relay`; what it is called from anywhere."""
    node.run(lambda: GenServer.start(Relay, name=name))
    return name, node.name


def errors_of(node: SimNode, name: str) -> list[Any]:
    """The deadlocks and timeouts that a `Relay` met. Not asked: a call to it might bring one to light."""
    return _relay(node, name).errors


def answers_of(node: SimNode, name: str) -> list[object]:
    """What a `Relay` was answered that was told to ask."""
    return _relay(node, name).answers


def _relay(node: SimNode, name: str) -> Relay:
    found = node.runtime.names.get(name)
    assert found is not None, f"{name} has ended"
    relay = found.behaviour
    assert isinstance(relay, Relay)
    return relay
