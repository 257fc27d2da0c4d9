"""A spawned process runs by itself; messages between two processes keep their order."""

from pybeam import process
from tests.scenarios.trace import reason_of, say, take


def scenario() -> None:
    me = process.self()

    def child() -> None:
        for number in (1, 2, 3):
            process.send(me, (process.self(), number))

    pid, ref = process.spawn_monitor(child)
    say(pid == me)
    for _ in range(3):
        say(take())
    say(reason_of(ref))
