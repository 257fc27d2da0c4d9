"""A partition that falls is started again, under its number."""

from pybeam import Agent, GenServer, PartitionSupervisor, Pid
from tests.scenarios.trace import end_with, say, settle


def scenario() -> None:
    PartitionSupervisor.start_link((Agent, lambda: 0), 2, name="cells")
    one = PartitionSupervisor.via("cells", 1)
    Agent.update(one, lambda n: n + 1)
    say(Agent.get(one, lambda n: n))
    pid = GenServer.whereis(one)
    assert isinstance(pid, Pid)
    say(end_with(pid, "kill"))
    settle()
    say(Agent.get(one, lambda n: n))
    say(PartitionSupervisor.count_children("cells")["active"])
