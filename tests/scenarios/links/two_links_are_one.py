"""Linking twice makes one link: one EXIT comes, and one unlink takes it away."""

from pybeam import process
from tests.scenarios.trace import idle, more, say, take


def scenario() -> None:
    process.trap_exit(True)
    child = process.spawn_link(idle)
    process.link(child)
    process.exit(child, "boom")
    say(take() == ("EXIT", child, "boom"))
    say(more())
    other = process.spawn_link(idle)
    process.link(other)
    process.unlink(other)
    process.exit(other, "boom")
    say(more())
