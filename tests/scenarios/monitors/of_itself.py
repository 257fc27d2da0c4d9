"""A process that monitors itself never hears of it."""

from pybeam import Ref, process
from tests.scenarios.trace import more, say


def scenario() -> None:
    say(isinstance(process.monitor(process.self()), Ref))
    say(more())
