"""A message to what is no destination is an error at the sender."""

from functools import partial
from typing import Any

from pybeam import process
from tests.scenarios.trace import outcome, say


def scenario() -> None:
    wrong: Any
    for wrong in (7, ("name", 7), ("a", "b", "c")):
        say(outcome(partial(process.send, wrong, "hello")))
