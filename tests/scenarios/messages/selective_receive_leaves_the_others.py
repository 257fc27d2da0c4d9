"""A selective receive takes the first message that matches, and leaves the others in their order."""

from pybeam import process
from tests.scenarios.trace import more, say, take


def scenario() -> None:
    for message in (("a", 1), ("b", 1), ("a", 2), ("b", 2)):
        process.send(process.self(), message)
    say(process.receive(lambda message: message[0] == "b"))
    say(process.receive(lambda message: message[0] == "b"))
    say(take())
    say(take())
    say(more())
