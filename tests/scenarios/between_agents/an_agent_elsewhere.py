"""The functions given to an agent of another node run there."""

from pybeam import Agent, Pid, node
from tests.scenarios.trace import on, outcome, peers, say


def start() -> Pid:
    return Agent.start(list, name="shelf")


def scenario() -> None:
    [b] = peers(1)
    pid = on(b, start)
    Agent.update(("shelf", b), lambda books: [node.self(), *books])
    say("ok")
    say(Agent.get(pid, lambda books: books))
    say(outcome(lambda: Agent.get(("nobody", b), len)))
    say(outcome(lambda: Agent.get(("shelf", "nowhere@127.0.0.1"), len)))
