"""A get that takes too long exits with timeout; the agent goes on."""

from pybeam import Agent, process
from tests.scenarios.trace import more, outcome, say


def scenario() -> None:
    agent = Agent.start(lambda: 1)
    say(outcome(lambda: Agent.get(agent, lambda n: process.sleep(0.2), timeout=0.01)))
    say(Agent.get(agent, lambda n: n))
    say(more())
