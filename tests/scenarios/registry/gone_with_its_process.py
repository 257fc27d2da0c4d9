"""What a process registered is gone when it has ended, and the key is free."""

from pybeam import Pid, Registry, process
from tests.scenarios.trace import end_with, idle, say, settle, take


def owner(tell: Pid) -> None:
    Registry.register("keys", "door")
    process.send(tell, "registered")
    idle()


def scenario() -> None:
    Registry.start_link(keys="unique", name="keys")
    pid = process.spawn(owner, process.self())
    say(take())
    say(end_with(pid, "kill"))
    say(Registry.lookup("keys", "door"))
    Registry.register("keys", "door")
    settle()
    say(Registry.count("keys"))
