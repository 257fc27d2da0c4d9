"""Two children that fall at once are both started again; each counts."""

from pybeam import Agent, Supervisor, process
from tests.scenarios.trace import say, settle


def scenario() -> None:
    children = [Agent.child_spec(str, name, name=name) for name in "ab"]
    supervisor = Supervisor.start_link(children, max_restarts=2)
    pids = [process.whereis(name) for name in "ab"]
    for pid in pids:
        assert pid is not None
        process.exit(pid, "kill")
    settle()
    say(Supervisor.count_children(supervisor)["active"])
    say(any(pid is not None and process.alive(pid) for pid in pids))
    say([Agent.get(name, lambda value: value) for name in "ab"])
