"""A server may be started and called under a global name."""

from pybeam import Agent, global_
from tests.scenarios.trace import end_with, outcome, say, settle, started


def scenario() -> None:
    name = global_.via(("printer", 2))
    pid = Agent.start(lambda: "ready", name=name)
    say(Agent.get(name, lambda value: value))
    say(started(lambda: Agent.start(lambda: "other", name=name)) == ("error", ("already_started", pid)))
    say(end_with(pid, "kill"))
    settle()
    say(outcome(lambda: Agent.get(name, lambda value: value)))
