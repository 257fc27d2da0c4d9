"""A server that does what it is told, and other things that many tests need."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pybeam.otp.directives import Reply
from pybeam.otp.gen_server import GenServer
from pybeam.process import self, send, sleep, spawn
from pybeam.runtime.signals import From
from pybeam.terms import Pid


class Scripted(GenServer):
    """Does what it is told: a request, cast or message is a function of the server.

    Attributes:
        seen: the messages that `handle_info` got, in order.
    """

    def init(self, start: Callable[[Scripted], Any] | None = None) -> Any:
        self.seen: list[Any] = []
        self.log: list[Any] = []
        self.told: Pid | None = None
        return start(self) if start is not None else None

    def handle_call(self, request: Any, from_: From) -> Any:
        return request(self, from_) if callable(request) else request

    def handle_cast(self, message: Any) -> Any:
        return message(self)

    def handle_info(self, message: Any) -> Any:
        self.seen.append(message)
        return message(self) if callable(message) else None

    def handle_continue(self, arg: Any) -> Any:
        self.log.append(("continue", arg))
        return arg(self) if callable(arg) else None

    def terminate(self, reason: Any) -> None:
        if self.told is not None:
            send(self.told, ("terminated", reason))


def seen(server: Pid) -> Any:
    return GenServer.call(server, lambda it, from_: Reply(list(it.seen)))


def tell_of_end(server: Pid) -> None:
    """From now on the caller gets `("terminated", reason)` when the server's `terminate` runs."""
    me = self()

    def remember(it: Scripted) -> None:
        it.told = me

    GenServer.cast(server, remember)


def later(seconds: float, act: Callable[[], object]) -> None:
    """Do `act` in a process of its own, `seconds` from now."""

    def wait_and_act() -> None:
        sleep(seconds)
        act()

    spawn(wait_and_act)


def slow(seconds: float, answer: object) -> Callable[..., object]:
    """A request that takes its time."""

    def wait_and_answer(it: Scripted, from_: From) -> object:
        sleep(seconds)
        return answer

    return wait_and_answer


def fails(error: BaseException) -> Callable[..., Any]:
    def raise_it(*_: object) -> Any:
        raise error

    return raise_it
