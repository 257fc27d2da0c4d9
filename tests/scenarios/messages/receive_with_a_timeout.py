"""A receive whose timeout passes leaves the mailbox as it is."""

from pybeam import ReceiveTimeout, process
from tests.scenarios.trace import say, take


def scenario() -> None:
    process.send(process.self(), "other")
    try:
        process.receive(lambda message: message == "wanted", timeout=0.01)
        say("came")
    except ReceiveTimeout:
        say("timeout")
    say(take())
