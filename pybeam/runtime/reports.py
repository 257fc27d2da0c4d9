"""The text of a crash report: who ended, by what, and what it was about.

Follows OTP's `proc_lib` crash reports. Bounded: neither a message of 60 MB nor the state of a server
that holds a million entries becomes a text as a whole.
"""

from __future__ import annotations

from types import MethodType

from ..errors import Crash
from ..shown import cut, shown
from .info import ProcessInfo, info_of
from .process import Process
from .signals import Call, Cast, Sealed

MAX_TRACEBACK = 8000
"""Characters of the traceback; of a longer one the beginning and the end, which has the error."""

_BEHAVIOUR = f"{__package__.rpartition('.')[0]}.otp.gen_server"
"""The module whose class declares what of a server's attributes is the runtime's."""


def crash_report(process: Process, message: object, crash: Crash) -> str:
    """The report of a process that is about to end by an exception.

    Args:
        process: still as it was, with its mailbox, links and state.
        message: what it was working on; None where that is unknown.
        crash: why it ends.
    """
    info = info_of(process, is_caller=False)
    lines = [f"{process!r} ended by an exception"]
    if message is not None:
        lines.append(f"  last message: {described(message)}")
    if process.behaviour is not None:
        lines.append(f"  state of {type(process.behaviour).__qualname__}: {shown(state_of(process.behaviour))}")
    lines += [f"  {name}: {text}" for name, text in _ties(info)]
    return "\n".join([*lines, cut(crash.traceback.rstrip("\n"), MAX_TRACEBACK)])


def described(message: object) -> str:
    """A mailbox entry for people: what it is, and from whom where that is known."""
    if isinstance(message, Call):
        return f"call {shown(message.request)} from {message.from_.pid!r}"
    if isinstance(message, Cast):
        return f"cast {shown(message.message)}"
    if isinstance(message, Sealed):
        return "one of another node, still unread"
    return shown(message)


def state_of(behaviour: object) -> dict[str, object]:
    """The state of a server: its attributes, without those of the runtime."""
    return {name: value for name, value in vars(behaviour).items() if not is_of_the_runtime(behaviour, name)}


def is_of_the_runtime(behaviour: object, name: str) -> bool:
    """Whether an attribute of a server is the runtime's: declared by `GenServer`, or there for who watches it."""
    mine = vars(behaviour)
    value = mine.get(name)
    if type(value) is MethodType and value.__self__ is mine.get("_server_watch"):
        return True
    return any(name in vars(kind).get("__annotations__", ()) for kind in type(behaviour).__mro__ if _declares(kind))


def _declares(kind: type) -> bool:
    return kind.__module__ == _BEHAVIOUR


def _ties(info: ProcessInfo) -> list[tuple[str, str]]:
    told: list[tuple[str, str]] = []
    if info["links"]:
        told.append(("linked to", shown(info["links"])))
    if info["monitors"]:
        told.append(("monitors", shown(info["monitors"])))
    if info["monitored_by"]:
        told.append(("monitored by", shown(info["monitored_by"])))
    if info["message_queue_len"]:
        told.append(("messages waiting", str(info["message_queue_len"])))
    return told
