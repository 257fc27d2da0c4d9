"""A function for get_and_update that returns no pair ends the agent."""

from typing import Any

from pybeam import Agent, Crash, process
from tests.scenarios.trace import outcome, reason_of, say

difference = "exceptions-not-exits"
expected = ["exit", "TypeError"]


def scenario() -> None:
    agent = Agent.start(lambda: 1)
    ref = process.monitor(agent)
    nonsense: Any = "nonsense"
    what: Any = outcome(lambda: Agent.get_and_update(agent, lambda n: nonsense))
    say(what[0])
    reason = reason_of(ref)
    assert isinstance(reason, Crash)
    say(reason.kind)
