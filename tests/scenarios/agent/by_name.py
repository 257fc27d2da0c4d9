"""An agent may have a name; a second of that name is not started."""

from pybeam import Agent
from tests.scenarios.trace import outcome, say, started


def scenario() -> None:
    pid = Agent.start(list, name="shelf")
    Agent.update("shelf", lambda books: ["book", *books])
    say(Agent.get("shelf", lambda books: books))
    say(started(lambda: Agent.start(list, name="shelf")) == ("error", ("already_started", pid)))
    say(outcome(lambda: Agent.get("nowhere", len)))
