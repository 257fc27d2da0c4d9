"""Stop processes that the calling process owns, within a limit: a supervisor its children, say."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from math import inf

from ..errors import KILL, SHUTDOWN, ReceiveTimeout
from ..runtime.process import Process
from ..runtime.switch import current
from ..terms import Pid, Ref
from .child import Shutdown
from .endings import down_ref

log = logging.getLogger("pybeam.supervisor")


def shut_down(pid: Pid, limit: Shutdown) -> None:
    """Ask `pid` to end, and return when it has. One that has ended already is fine.

    Where the two are linked they are no more; one that had ended before may have left its EXIT message.

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
        return down_ref(message) == ref

    if child is not None:
        # As OTP does. An EXIT of each child would stay in the mailbox until all are stopped, and each wait for
        # the next would look at all of them: 20,000 children took 40 seconds.
        me.unlink(child)
        _ask_to_end(me, child, limit)
    try:
        me.receive(is_down, runtime.now() + limit if isinstance(limit, (int, float)) else inf)
    except ReceiveTimeout:
        assert child is not None  # or its DOWN would have been there
        log.warning("%r has not ended within %s s, and is killed", child, limit)
        runtime.exit_signal(child, me.pid, KILL, by_exit=True)
        me.receive(is_down)


def shut_down_all(limits: Mapping[Pid, Shutdown]) -> None:
    """Ask many to end, all at once, and return when they have, each within its own limit.

    For a process that is about to end itself: it takes whatever else comes meanwhile, and drops it.
    Looking for each end among the others would take a hundred thousand children squared.
    """
    me = current()
    assert me is not None
    runtime, started = me.runtime, me.runtime.now()
    waiting: dict[Ref, Process] = {}
    groups: dict[float, list[Ref]] = {}
    for pid, limit in limits.items():
        child = runtime.processes.get(pid.number)
        if child is not None:
            ref = me.monitor(child, pid)
            waiting[ref] = child
            groups.setdefault(limit if isinstance(limit, (int, float)) else inf, []).append(ref)
            _ask_to_end(me, child, limit)
    for seconds in sorted(groups):
        _take_ends(me, waiting, started + seconds)
        late = [waiting[ref] for ref in groups[seconds] if ref in waiting]
        if late:
            log.warning("%r: %s children have not ended within %s s, and are killed", me, len(late), seconds)
        for child in late:
            runtime.exit_signal(child, me.pid, KILL, by_exit=True)
    _take_ends(me, waiting, inf)


def _ask_to_end(me: Process, child: Process, limit: Shutdown) -> None:
    me.runtime.exit_signal(child, me.pid, KILL if limit == "brutal_kill" else SHUTDOWN, by_exit=True)


def _take_ends(me: Process, waiting: dict[Ref, Process], deadline: float) -> None:
    while waiting:
        try:
            message = me.receive(deadline=deadline)
        except ReceiveTimeout:
            return
        ref = down_ref(message)
        if ref is not None:
            waiting.pop(ref, None)
