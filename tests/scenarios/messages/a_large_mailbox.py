"""A selective receive finds its message behind many others, which stay in their order."""

from pybeam import process
from tests.scenarios.trace import say, take


def scenario() -> None:
    me = process.self()
    for number in range(1, 1001):
        process.send(me, ("n", number))
    process.send(me, "wanted")
    process.receive(lambda message: message == "wanted")
    say("found")
    say([take()[1] for _ in range(5)])
    info = process.info()
    say(info is not None and info["message_queue_len"])
