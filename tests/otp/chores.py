"""What tasks in tests do, and how their owners end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pybeam.otp.task_supervisor import TaskSupervisor
from pybeam.process import exit, receive, self, sleep, spawn_monitor
from pybeam.terms import Pid


class Boom(Exception):
    pass


def boom(*_: object) -> Any:
    raise Boom("boom")


def answers_after(seconds: float, value: object) -> Callable[[], object]:
    def wait_and_answer() -> object:
        sleep(seconds)
        return value

    return wait_and_answer


def after(seconds: float, fun: Callable[..., object], *args: object) -> object:
    sleep(seconds)
    return fun(*args)


def end_of(fun: Callable[..., object]) -> Any:
    """The reason with which a process that runs `fun` ends."""
    _, ref = spawn_monitor(fun)
    return receive(lambda message: message[:2] == ("DOWN", ref))[4]


def exit_with(reason: object) -> None:
    exit(self(), reason)


def nap(seconds: float) -> float:
    sleep(seconds)
    return seconds


def workers(**options: Any) -> Pid:
    return TaskSupervisor.start_link(name="workers", **options)
