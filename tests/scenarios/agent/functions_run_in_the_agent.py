"""The functions run in the agent's process, one after the other."""

from pybeam import Agent, process
from tests.scenarios.trace import say


def scenario() -> None:
    agent = Agent.start_link(process.self)
    say(Agent.get(agent, lambda pid: (pid == process.self(), pid == agent)))
