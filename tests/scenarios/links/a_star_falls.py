"""A process with many links takes all along when it crashes, and none when it ends normally."""

from pybeam import Pid, process
from tests.scenarios.trace import fate, idle, leave, say, settle


def centre(others: list[Pid], reason: str) -> None:
    for pid in others:
        process.link(pid)
    leave(reason)


def scenario() -> None:
    for reason in ("normal", "boom"):
        others = [process.spawn(idle) for _ in range(5)]
        say(fate(centre, others, reason))
        settle()
        say(sum(process.alive(pid) for pid in others))
