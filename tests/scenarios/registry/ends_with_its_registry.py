"""Who is registered is linked to the registry, and ends with it."""

from pybeam import Pid, Registry, process
from tests.scenarios.trace import idle, reason_of, say, take


def owner(tell: Pid) -> None:
    Registry.register("keys", "door")
    process.send(tell, "registered")
    idle()


def scenario() -> None:
    process.trap_exit(True)
    registry = Registry.start_link(keys="unique", name="keys")
    pid = process.spawn(owner, process.self())
    say(take())
    ref = process.monitor(pid)
    process.exit(registry, "kill")
    say(reason_of(ref))
