"""A timer for a name finds who has the name when it fires; when nobody has it, nothing happens."""

from pybeam import process
from tests.scenarios.trace import more, say, take


def scenario() -> None:
    process.send_after("later", "tick", 0.02)
    process.register("later", process.self())
    say(take())
    process.send_after("nobody", "tick", 0)
    say(more())
