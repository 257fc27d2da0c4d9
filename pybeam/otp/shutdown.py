"""Stop one process that the calling process owns, within a limit: a supervisor its child, say."""

from __future__ import annotations

import logging
from math import inf

from ..errors import KILL, SHUTDOWN, ReceiveTimeout
from ..runtime.switch import current
from ..terms import Pid
from .child import Shutdown

log = logging.getLogger("pybeam.supervisor")


def shut_down(pid: Pid, limit: Shutdown) -> None:
    """Ask `pid` to end, and return when it has. One that has ended already is fine.

    Where the two are linked and the caller traps exits, the EXIT message comes as well.

    Args:
        limit: seconds after which it is killed; `"brutal_kill"` for at once; None for never.
    """
    me = current()
    assert me is not None
    runtime = me.runtime
    child = runtime.processes.get(pid.number)
    # By a monitor and not by the link: a child may have taken the link away.
    ref = me.monitor(child, pid)

    def is_down(message: object) -> bool:
        return isinstance(message, tuple) and len(message) == 5 and message[:2] == ("DOWN", ref)

    if child is not None:
        runtime.exit_signal(child, me.pid, KILL if limit == "brutal_kill" else SHUTDOWN, by_exit=True)
    try:
        me.receive(is_down, runtime.now() + limit if isinstance(limit, (int, float)) else inf)
    except ReceiveTimeout:
        assert child is not None  # or its DOWN would have been there
        log.warning("%r has not ended within %s s, and is killed", child, limit)
        runtime.exit_signal(child, me.pid, KILL, by_exit=True)
        me.receive(is_down)
