"""A function that raises ends the agent; its caller hears of it."""

from pybeam import Agent, process
from tests.scenarios.trace import outcome, reason_of, say


def fails(value: int) -> None:
    raise RuntimeError("oops")


def scenario() -> None:
    agent = Agent.start(lambda: 1)
    ref = process.monitor(agent)
    say(outcome(lambda: Agent.get(agent, fails)))
    say(reason_of(ref))
