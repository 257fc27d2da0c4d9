"""Messages of one sender arrive in the order in which they were sent."""

from pybeam import process
from tests.scenarios.trace import say, take


def scenario() -> None:
    me = process.self()

    def sender() -> None:
        for number in range(1, 101):
            process.send(me, number)

    process.spawn(sender)
    say([take() for _ in range(100)])
