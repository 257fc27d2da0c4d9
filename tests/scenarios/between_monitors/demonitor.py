"""After demonitor with flush no DOWN comes from another node, whether it was under way or not."""

from pybeam import node, process
from tests.scenarios.trace import end_with, idle, more, peers, say, settle


def scenario() -> None:
    [b] = peers(1)
    one = node.spawn(b, idle)
    ref = process.monitor(one)
    process.demonitor(ref)
    say(end_with(one, "boom"))
    say(more())
    two, ref = node.spawn_monitor(b, idle)
    process.exit(two, "boom")
    settle()
    process.demonitor(ref, flush=True)
    say(more())
