"""What the samples of a run say: medians, ranges, ratios, and whether a goal is reached.

Pure. A ratio is taken within each round and its median over the rounds, since what else goes on at
a machine changes from minute to minute and slows both sides of a round alike.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Samples = Mapping[int, float]
"""A value for each round that has one, by the round's number."""

Results = Mapping[tuple[str, str], Samples]
"""The samples by work and contender."""

MARGIN = 1.5
"""How far above its neighbours' trend a step of a growing series must lie to be called a cliff."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What is to be reached: a bound on a figure, or on its ratio to another one.

    `beside` names whose figure stands below the fraction line: a contender, `PEERS` for the best
    of the Python peers, or nobody, and then the bound is on the figure itself. `work` says of
    which work it is taken, where that is another one.
    """

    bound: float
    at_most: bool
    beside: str = ""
    work: str = ""
    words: str = ""

    def holds(self, value: float) -> bool:
        return value <= self.bound if self.at_most else value >= self.bound


PEERS = "the fastest Python peer"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a goal came out. `ratio` is None where the bound is on the figure itself."""

    beside: str
    theirs: float | None
    ratio: float | None
    reached: bool


def median(samples: Samples) -> float:
    """The middle of the samples.

    >>> median({0: 3.0, 1: 1.0, 2: 2.0})
    2.0
    """
    return statistics.median(samples.values())


def ratio(mine: Samples, theirs: Samples) -> float | None:
    """The median over the rounds that both have; None where there is none.

    >>> ratio({0: 2.0, 1: 8.0}, {0: 1.0, 1: 2.0, 2: 100.0})
    3.0
    """
    both = [mine[round_] / theirs[round_] for round_ in mine if theirs.get(round_)]
    return statistics.median(both) if both else None


def best(contenders: Iterable[str], work: str, results: Results, *, least: bool) -> str | None:
    """Whose median is the least, or the greatest; None where nobody has one."""
    known = {name: median(samples) for name in contenders if (samples := results.get((work, name)))}
    return (min if least else max)(known, key=known.__getitem__) if known else None


def verdict(goal: Goal, work: str, owner: str, peers: Sequence[str], results: Results) -> Verdict | None:
    """How `owner` did at `work`; None where a figure that this takes is missing.

    >>> results = {("call", "ours"): {0: 2.0}, ("call", "a"): {0: 4.0}, ("call", "b"): {0: 8.0}}
    >>> verdict(Goal(0.5, at_most=True, beside=PEERS), "call", "ours", ["a", "b"], results)
    Verdict(beside='a', theirs=4.0, ratio=0.5, reached=True)
    """
    mine = results.get((work, owner))
    if not mine:
        return None
    if not goal.beside:
        return Verdict("", None, None, goal.holds(median(mine)))
    other = goal.work or work
    beside = best(peers, other, results, least=goal.at_most) if goal.beside == PEERS else goal.beside
    theirs = results.get((other, beside)) if beside else None
    quotient = ratio(mine, theirs) if theirs else None
    if beside is None or theirs is None or quotient is None:
        return None
    return Verdict(beside, median(theirs), quotient, goal.holds(quotient))


def repeats(seconds_each: float, budget: float, most: int, least: int = 1) -> int:
    """How often to repeat what takes `seconds_each`, to fill `budget` seconds.

    >>> repeats(0.001, 0.5, most=100_000), repeats(1e-7, 0.5, most=100_000), repeats(2.0, 0.5, most=10)
    (500, 100000, 1)
    """
    wanted = int(budget / seconds_each) if seconds_each > 0 else most
    return max(least, min(most, wanted))


def percentile(values: Sequence[float], share: float) -> float:
    """The least value that at least `share` of them do not exceed.

    >>> percentile([5, 1, 4, 2, 3], 0.6)
    3
    """
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -int(-share * len(ordered) // 1) - 1))]


def cliffs(series: Sequence[tuple[float, float]], margin: float = MARGIN) -> list[float]:
    """Where a cost that should not grow does: the sizes at which it is `margin` times the least before.

    >>> cliffs([(1, 10.0), (10, 9.0), (100, 9.5), (1000, 30.0)])
    [1000]
    """
    found: list[float] = []
    least = float("inf")
    for size, cost in series:
        if cost > margin * least:
            found.append(size)
        least = min(least, cost)
    return found
