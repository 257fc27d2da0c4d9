"""What a GenServer's callbacks may return besides a plain reply."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ..runtime.calls import Dest

TIMEOUT = "timeout"
"""The message that `handle_info` gets when a timeout given in a return value has passed."""


@dataclass(frozen=True, slots=True)
class Continue:
    """Call `handle_continue(arg)` next, before any message is taken."""

    arg: object


Then = Continue | float | None
"""What comes next: a `Continue`, a number of seconds without a message after which
`handle_info("timeout")` is called, or None."""


@dataclass(frozen=True, slots=True)
class Reply:
    """Answer `value`; needed where something else is to be said as well, or the value is
    itself one of these classes."""

    value: object
    then: Then = None


@dataclass(frozen=True, slots=True)
class NoReply:
    """Do not answer now: `GenServer.reply(from_, value)` will, from any process."""

    then: Then = None


@dataclass(frozen=True, slots=True)
class Fail:
    """Raise `error` at the caller, in place of an answer; the server goes on, its state kept.

    For a request that is wrong: that is the caller's fault, and a server that raised would end
    and lose what it holds for everybody else.
    """

    error: Exception
    then: Then = None


@dataclass(frozen=True, slots=True)
class Forward:
    """Let another server answer: it gets `request` as a call of the same caller, and answers that.

    The answer goes straight to the caller's node, a message less than by way of this server, which
    goes on at once. The caller gets the errors of a `GenServer.call` to `server`; also `NodeDown`
    and `ServerDied` of this one, while it knows of no answer.

    Args:
        server: as for `GenServer.call`; it may be anywhere.
        request: what the other server is asked, which need not be what this one was.
    """

    server: Dest
    request: object
    then: Then = None


@dataclass(frozen=True, slots=True)
class Ignore:
    """Returned by `init`: there is nothing to do here, as where a feature is turned off.

    The process ends with the reason `"normal"`, and `start` returns None.
    """


class _Answer(Enum):
    """Says that a `Stop` answers nobody; an enum's member, so that a copy of it is itself."""

    NONE = "none"


@dataclass(frozen=True, slots=True)
class Stop:
    """End the server with `reason`, after `terminate(reason)`; first answer `reply`, if given."""

    reason: object = "normal"
    reply: object = _Answer.NONE

    @property
    def answers(self) -> bool:
        return self.reply is not _Answer.NONE
