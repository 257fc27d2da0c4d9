"""Decide whom to connect to. Pure: names in, names out."""

from __future__ import annotations

from collections.abc import Collection

FIRST_PAUSE = 0.1
_MOST_DOUBLINGS = 30


def reconcile(wanted: Collection[str], connected: Collection[str], own: str) -> tuple[str, ...]:
    """The nodes that are wanted and not connected, in the order in which to try them.

    The order begins after the own name and goes round: of five nodes that start at the same
    instant, each knocks first at another door, and not all at the first one's.

    >>> reconcile({"a@h", "b@h", "c@h", "d@h"}, connected={"d@h"}, own="b@h")
    ('c@h', 'a@h')
    """
    missing = set(wanted).difference(connected, (own,))
    return tuple(sorted(missing, key=lambda name: (name < own, name)))


def pause_after(rounds: int, interval: float, chance: float) -> float:
    """How long to wait for the next poll.

    Quick at first, since nodes that start together are up within a second of each other;
    spread at random, since they would poll together for ever.

    Args:
        rounds: how many polls there were.
        interval: the steady pause, in seconds.
        chance: a random number from 0 to 1.

    Returns:
        Seconds, at most a quarter more or less than meant.

    >>> [pause_after(rounds, 5.0, chance=0.5) for rounds in (1, 2, 3, 1000)]
    [0.1, 0.2, 0.4, 5.0]
    """
    quick = FIRST_PAUSE * 2 ** min(rounds - 1, _MOST_DOUBLINGS)
    return float(min(interval, quick) * (0.75 + chance / 2))
