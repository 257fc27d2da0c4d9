"""What a process sent before its end arrives before its DOWN."""

from pybeam import process
from tests.scenarios.trace import leave, say, take


def scenario() -> None:
    me = process.self()

    def body() -> None:
        for number in (1, 2, 3):
            process.send(me, number)
        leave("boom")

    pid, ref = process.spawn_monitor(body)
    say([take() for _ in range(3)])
    say(take() == ("DOWN", ref, "process", pid, "boom"))
