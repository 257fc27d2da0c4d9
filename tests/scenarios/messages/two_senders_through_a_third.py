"""A relay hands on in the order in which it gets."""

from pybeam import process
from tests.scenarios.trace import say, take


def scenario() -> None:
    me = process.self()

    def relay() -> None:
        for _ in range(4):
            process.send(me, process.receive())

    pid = process.spawn(relay)
    for message in "abcd":
        process.send(pid, message)
    say([take() for _ in range(4)])
