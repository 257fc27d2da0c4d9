"""Recognise the messages that tell of an end: `("EXIT", pid, reason)`, `("DOWN", ref, "process", who, reason)`.

By their classes first: what is not ours may compare as it likes. An array answers `==` with an array, whose
truth raises; a supervisor that compared what came with tuples was ended by the first array in a message.
"""

from __future__ import annotations

from typing import Any

from ..terms import Pid, Ref


def exit_pid(message: Any) -> Pid | None:
    """Whose exit signal a message is; None for any other message.

    >>> exit_pid(("EXIT", Pid("a@host", 1, 7), "normal")), exit_pid(("EXIT", "who?", "normal"))
    (<a@host.7>, None)
    """
    if message.__class__ is not tuple or len(message) != 3 or not is_word(message[0], "EXIT"):
        return None
    return message[1] if message[1].__class__ is Pid else None


def down_ref(message: Any) -> Ref | None:
    """Which monitor's DOWN a message is; None for any other message.

    >>> down_ref(("DOWN", Ref("a@host", 1, 3), "process", Pid("a@host", 1, 7), "normal"))
    #Ref<a@host.3>
    """
    if message.__class__ is not tuple or len(message) != 5 or not is_word(message[0], "DOWN"):
        return None
    return message[1] if message[1].__class__ is Ref else None


def is_word(value: object, word: str) -> bool:
    """Whether `value`, which may be anything, is that word: the head of a message, say, or an exit reason."""
    return isinstance(value, str) and value == word
