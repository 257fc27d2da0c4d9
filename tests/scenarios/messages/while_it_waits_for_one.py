"""A process that waits for one message lets others come; a timeout counts from the beginning of the receive."""

from pybeam import ReceiveTimeout, process
from tests.scenarios.trace import say, take


def scenario() -> None:
    def others() -> None:
        for _ in range(10):
            process.sleep(0.02)
            process.send(me, "other")

    me = process.self()
    process.spawn(others)
    try:
        process.receive(lambda message: message == "wanted", timeout=0.1)
        say("came")
    except ReceiveTimeout:
        say("timeout")
    say(take())
