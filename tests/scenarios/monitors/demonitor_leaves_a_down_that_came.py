"""A plain demonitor leaves a DOWN that is in the mailbox already; with flush it goes too."""

from pybeam import Ref, process
from tests.scenarios.trace import end_with, idle, more, say, settle, take


def scenario() -> None:
    def down() -> Ref:
        pid, ref = process.spawn_monitor(idle)
        say(end_with(pid, "boom"))
        settle()
        return ref

    process.demonitor(down())
    say(take()[0])
    process.demonitor(down(), flush=True)
    say(more())
