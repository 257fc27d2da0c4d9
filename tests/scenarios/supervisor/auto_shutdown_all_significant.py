"""auto_shutdown all_significant: the last significant child that ends for good ends the supervisor."""

from pybeam import Supervisor, process
from tests.scenarios.kids import fall, kid
from tests.scenarios.trace import say, take


def scenario() -> None:
    process.trap_exit(True)
    a, b = (kid(name, restart="temporary", significant=True) for name in "ab")
    supervisor = Supervisor.start_link([a, b, kid("c")], auto_shutdown="all_significant")
    fall("a", "boom")
    say("still_there")
    fall("b", "normal")
    say(take() == ("EXIT", supervisor, "shutdown"))
