"""whereis tells the pid that a name stands for."""

from pybeam import Agent, GenServer, node
from tests.scenarios.trace import say


def scenario() -> None:
    pid = Agent.start(lambda: 1, name="somebody")
    say(GenServer.whereis("somebody") == pid)
    say(GenServer.whereis(pid) == pid)
    say(GenServer.whereis(("somebody", node.self())) == pid)
    say(GenServer.whereis("nobody"))
