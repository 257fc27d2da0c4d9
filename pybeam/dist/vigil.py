"""How long a peer may be silent, and how long it may be left without a word.

Pure. Ticks are counted and not seconds, so that a node that was stopped for a minute does not take
its own silence for that of its peers.
"""

from __future__ import annotations

from enum import Enum

TICK = 0.5
"""Seconds between two looks at the links."""

QUIET_TICKS = 30
"""Ticks after which a peer that was sent nothing gets a TICK frame: 15 s."""

SILENT_TICKS = 120
"""Ticks after which a peer from which nothing came is given up: 60 s, as in Erlang."""


class Finding(Enum):
    """What is to be done after a look."""

    NOTHING = "nothing"
    SPEAK = "speak"
    GIVE_UP = "give up"


class Vigil:
    """The watch over one session."""

    __slots__ = ("_came", "_quiet", "_sent", "_silent")

    def __init__(self) -> None:
        self._sent = self._came = -1
        self._quiet = self._silent = 0

    def look(self, sent: int, came: int) -> Finding:
        """A tick has gone.

        Args:
            sent: frames sent so far.
            came: frames that have come so far.

        >>> vigil = Vigil()
        >>> [vigil.look(5, n) for n in range(32)][-2:]
        [<Finding.SPEAK: 'speak'>, <Finding.SPEAK: 'speak'>]
        """
        self._quiet = self._quiet + 1 if sent == self._sent else 0
        self._silent = self._silent + 1 if came == self._came else 0
        self._sent, self._came = sent, came
        if self._silent >= SILENT_TICKS:
            return Finding.GIVE_UP
        return Finding.SPEAK if self._quiet >= QUIET_TICKS else Finding.NOTHING
