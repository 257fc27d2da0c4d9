"""A supervisor of another node answers, starts and stops children there."""

from pybeam import Agent, ChildSpec, Pid, Supervisor, node, process
from tests.scenarios.trace import end_with, idle, outcome, peers, say, settle, take


def keep(tell: Pid) -> None:
    process.send(tell, Supervisor.start_link([], name="top"))
    idle()


def start_agent() -> Pid:
    return Agent.start_link(node.self)


def scenario() -> None:
    [b] = peers(1)
    node.spawn(b, keep, process.self())
    top = take()
    pid = Supervisor.start_child(("top", b), ChildSpec("agent", start_agent))
    assert pid is not None
    say(pid.node)
    say(Agent.get(pid, lambda name: name))
    say(Supervisor.count_children(top)["active"])
    say(end_with(pid, "kill"))
    settle()
    [(_, again, _)] = Supervisor.which_children(("top", b))
    assert isinstance(again, Pid)
    say(again != pid)
    Supervisor.terminate_child(("top", b), "agent")
    say("ok")
    say(outcome(lambda: Agent.get(again, lambda name: name)))
