"""A child whose restart fails is tried again, each try counting, until the supervisor gives up."""

from pybeam import ChildSpec, GenServer, Pid, Supervisor, process
from tests.scenarios.kids import Kid, fall, kid, refuse
from tests.scenarios.trace import say, take


def once(tries: list[int]) -> Pid:
    say(("try", len(tries)))
    tries.append(1)
    if len(tries) > 1:
        refuse("not_again")
    return GenServer.start_link(Kid, "once", name="once")


def scenario() -> None:
    process.trap_exit(True)
    tries: list[int] = []
    child = ChildSpec("once", lambda: once(tries))
    supervisor = Supervisor.start_link([kid("a"), child], max_restarts=2)
    fall("once", "boom")
    say(take() == ("EXIT", supervisor, "shutdown"))
