"""The children of supervisors in scenarios; `kids.exs` has the same."""

from __future__ import annotations

from functools import partial
from typing import Any, NoReturn

from pybeam import ChildSpec, GenServer, ServerDied, Stop, process
from tests.scenarios.trace import say, settle


class Kid(GenServer):
    """A child that says when it starts and when it stops."""

    def init(self, name: str) -> None:
        process.trap_exit(True)
        self.name = name
        say(("start", name))

    def handle_cast(self, message: tuple[str, object]) -> Stop:
        return Stop(message[1])

    def terminate(self, reason: object) -> None:
        say(("stop", self.name, reason))


def kid(name: str, **options: Any) -> ChildSpec:
    """The spec of a child that says when it starts and when it stops, and is registered by its id."""
    return ChildSpec(name, **{"start": partial(GenServer.start_link, Kid, name, name=name)} | options)


def fall(name: str, reason: object) -> None:
    """Have a child stop by itself with a reason, and wait until what comes of that has come."""
    GenServer.cast(name, ("stop", reason))
    settle()


def refuse(reason: object) -> NoReturn:
    """The start of a child that does not start."""
    raise ServerDied(reason)
