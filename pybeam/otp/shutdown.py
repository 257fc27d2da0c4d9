"""Stop one process that the calling process is linked to, within a limit.

Used by whoever owns other processes: a supervisor, an application.
"""

from __future__ import annotations

import logging
from math import inf

from ..errors import KILL, SHUTDOWN, ReceiveTimeout
from ..runtime.process import Process
from ..runtime.switch import current
from ..terms import Pid
from .child import Shutdown

log = logging.getLogger("pybeam.supervisor")


def shut_down(pid: Pid, limit: Shutdown) -> None:
    """Ask `pid` to end, and return when it has; no EXIT message of it is left over.

    Args:
        limit: seconds after which it is killed; `"brutal_kill"` for at once; None for never.
    """
    me = current()
    assert me is not None
    runtime = me.runtime
    child = runtime.processes.get(pid.number)
    # Watched by a monitor and not by the link: a child may have taken the link away.
    ref = me.monitor(child, pid)
    if child is not None:
        me.unlink(child)
        runtime.exit_signal(child, me.pid, KILL if limit == "brutal_kill" else SHUTDOWN, by_exit=True)
    _forget_exit_of(pid, me)

    def is_down(message: object) -> bool:
        return isinstance(message, tuple) and len(message) == 5 and message[:2] == ("DOWN", ref)

    try:
        me.receive(is_down, runtime.now() + limit if isinstance(limit, (int, float)) else inf)
    except ReceiveTimeout:
        log.warning("%r has not ended within %s s, and is killed", child, limit)
        if child is not None:
            runtime.exit_signal(child, me.pid, KILL, by_exit=True)
        me.receive(is_down)


def _forget_exit_of(pid: Pid, me: Process) -> None:
    # It may have ended by itself just before. Its EXIT would count as one more crash.
    if me.mailbox:
        kept = [m for m in me.mailbox if not (isinstance(m, tuple) and len(m) == 3 and m[:2] == ("EXIT", pid))]
        me.mailbox.clear()
        me.mailbox.extend(kept)
