"""A server may be started and called under a key of a registry."""

from pybeam import Agent, Registry
from tests.scenarios.trace import end_with, outcome, say, started


def scenario() -> None:
    Registry.start_link(keys="unique", name="keys")
    name = Registry.via("keys", ("floor", 2))
    pid = Agent.start(lambda: "printer", name=name)
    say(Agent.get(name, lambda value: value))
    say(started(lambda: Agent.start(lambda: "other", name=name)) == ("error", ("already_started", pid)))
    say(end_with(pid, "kill"))
    say(outcome(lambda: Agent.get(name, lambda value: value)))
