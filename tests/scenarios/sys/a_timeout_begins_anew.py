"""A system request begins a server's idle timeout anew, and suspension holds it."""

from __future__ import annotations

from typing import Any

from pybeam import GenServer, Pid, process, send, sys
from tests.scenarios.trace import say, take


class Idle(GenServer):
    def init(self, told: Pid) -> float:
        self.told = told
        return 0.1

    def handle_info(self, message: Any) -> None:
        send(self.told, message)


def scenario() -> None:
    pid = GenServer.start(Idle, process.self())
    process.sleep(0.06)
    sys.get_state(pid)
    process.sleep(0.06)
    say("not_yet")
    sys.suspend(pid)
    process.sleep(0.2)
    sys.resume(pid)
    process.sleep(0.06)
    say("not_yet")
    say(take())
