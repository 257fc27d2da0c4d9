"""A global name goes with its process."""

from pybeam import global_, process
from tests.scenarios.trace import end_with, idle, say, settle


def scenario() -> None:
    pid = process.spawn(idle)
    say(global_.register_name("printer", pid))
    say(end_with(pid, "boom"))
    settle()
    say(global_.whereis_name("printer") is None)
    say(global_.register_name("printer", process.self()))
    global_.unregister_name("printer")
