"""A child spec that makes no sense is refused, and nothing is started."""

from functools import partial
from typing import Any

from pybeam import Pid, Supervisor, process
from tests.scenarios.kids import kid
from tests.scenarios.trace import outcome, say

difference = "errors-of-our-own"
expected = ["{raised, badarg}", "{raised, badarg}", "{raised, badarg}"]


def start_with(wrong: dict[str, Any]) -> Pid:
    return Supervisor.start_link([kid("a"), kid("b", **wrong)])


def scenario() -> None:
    process.trap_exit(True)
    for wrong in ({"restart": "sometimes"}, {"shutdown": -1}, {"type": "boss"}):
        say(outcome(partial(start_with, wrong)))
