"""An agent keeps a value, for functions that read it and change it."""

from pybeam import Agent, process
from tests.scenarios.trace import say


def scenario() -> None:
    process.trap_exit(True)
    agent = Agent.start_link(lambda: 1)
    say(Agent.get(agent, lambda n: n))
    Agent.update(agent, lambda n: n + 1)
    say(Agent.get(agent, lambda n: n * 10))
    say(Agent.get_and_update(agent, lambda n: (n, n + 40)))
    say(Agent.get(agent, lambda n: n))
    Agent.cast(agent, lambda n: n + 1)
    say(Agent.get(agent, lambda n: n))
    Agent.stop(agent)
    say("ok")
