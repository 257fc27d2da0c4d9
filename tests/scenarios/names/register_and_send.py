"""A message to a registered name reaches the process that has it."""

from pybeam import process
from tests.scenarios.trace import say, take


def scenario() -> None:
    process.register("me", process.self())
    say(True)
    say(process.whereis("me") == process.self())
    process.send("me", "hello")
    say(take())
