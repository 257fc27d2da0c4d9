"""Messages that are sent after a while.

On the node's monotonic clock: setting the machine's clock moves none of them.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from ..terms import Ref
from .calls import Dest, locate, send
from .foreign import in_process
from .ports import Kind
from .process import Process
from .switch import current
from .timers import Alarm
from .via import Via

if TYPE_CHECKING:
    from .scheduler import Runtime


def send_after(dest: Dest, message: object, seconds: float) -> Ref:
    """Send `message` to `dest` in `seconds`. The timer is the node's: it goes on when the caller ends.

    A name is looked up when the time has come. To nobody: dropped.

    Args:
        dest: as for `send`.
        seconds: from 0 on.

    Returns:
        What `cancel_timer` takes.

    Raises:
        ValueError: a time in the past, or a malformed `dest`.

    >>> from pybeam.process import receive, self, send_after
    >>> ref = send_after(self(), "tea is ready", 0.001)
    >>> receive(timeout=1)
    'tea is ready'
    """
    if not 0 <= seconds < inf:
        raise ValueError(f"a timer is set to a number of seconds, at least 0, not {seconds!r}")

    def arm() -> Ref:
        me = current()
        assert me is not None
        runtime = me.runtime
        locate(runtime, dest)
        number = runtime.next_ref()

        def act() -> None:
            del runtime.alarms[number]
            _deliver(runtime, dest, message)

        runtime.alarms[number] = alarm = Alarm(runtime.now() + seconds, lambda: runtime.guard(act))
        runtime.timers.arm(alarm)
        return Ref(runtime.name, runtime.creation, number)

    return in_process(arm)


def cancel_timer(ref: Ref) -> float | None:
    """Take a timer of `send_after` back.

    Returns:
        The seconds that were left; None when it has fired already, was cancelled, or is no
        timer of this node.
    """

    def cancel() -> float | None:
        me = current()
        assert me is not None
        runtime = me.runtime
        alarm = runtime.alarms.pop(ref.number, None) if ref.creation == runtime.creation else None
        if alarm is None:
            return None
        left = alarm.deadline - runtime.now()
        alarm.cancel()
        return max(0.0, left)

    return in_process(cancel)


def _deliver(runtime: Runtime, dest: Dest, message: object) -> None:
    if isinstance(dest, Via):  # it may have to ask somebody, which only a process can
        runtime.spawn(send, dest, message)
        return
    target = locate(runtime, dest)
    if isinstance(target, Process):
        runtime.deliver(target, message)
    elif target is not None:
        runtime.network.tell(Kind.SEND, target, 0, 0, message)
