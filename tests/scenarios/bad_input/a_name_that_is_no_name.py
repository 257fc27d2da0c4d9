"""A process gets no name that is none: undefined or no atom on a BEAM, empty or no str here."""

from functools import partial
from typing import Any

from pybeam import process
from tests.scenarios.trace import outcome, say


def scenario() -> None:
    wrong: Any
    for wrong in ("", 7):
        say(outcome(partial(process.register, wrong, process.self())))
