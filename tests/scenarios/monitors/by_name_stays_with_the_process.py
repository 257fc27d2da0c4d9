"""A monitor by name watches the process that has the name then, whoever gets it later."""

from pybeam import process
from tests.scenarios.trace import end_with, idle, more, reason_of, say


def scenario() -> None:
    one = process.spawn(idle)
    process.register("watched", one)
    ref = process.monitor("watched")
    process.unregister("watched")
    two = process.spawn(idle)
    process.register("watched", two)
    say(end_with(two, "second"))
    say(more())
    process.exit(one, "first")
    say(reason_of(ref))
