"""Taking a monitor back twice does nothing more."""

from pybeam import process
from tests.scenarios.trace import more, outcome, say


def scenario() -> None:
    ref = process.monitor(process.self())
    process.demonitor(ref)
    say(outcome(lambda: process.demonitor(ref) or "fine"))
    say(more())
