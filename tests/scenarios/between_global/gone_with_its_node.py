"""A global name goes with the node of its process, and is free then."""

from pybeam import global_, node, process
from tests.scenarios.trace import halt, idle, peers, reason_of, say, settle


def scenario() -> None:
    [b] = peers(1)
    settle()
    remote = node.spawn(b, idle)
    say(global_.register_name("printer", remote))
    ref = process.monitor(remote)
    halt(b)
    say(reason_of(ref))
    process.sleep(0.1)
    say(global_.whereis_name("printer") is None)
    say(global_.register_name("printer", process.self()))
    global_.unregister_name("printer")
