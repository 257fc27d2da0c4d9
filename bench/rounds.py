"""Play the rounds: in each, everybody does everything once, side by side with the others.

Who fails is noted and left out; nobody's failure ends the run. How often a thing is repeated is
found out beforehand, so that a round costs each contender about the same time.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from bench.child import Lost, Refused
from bench.contenders import Contender, Player, up
from bench.figures import repeats
from bench.surroundings import Unavailable
from bench.works import Ask

TRIAL = 0.1
"""The share of a round's time that is enough to find out how long something takes."""

STEP = 32
"""How many times longer the next trial may be."""


LEAST_EACH = 10
"""How often each caller calls at least, or it is the start of the callers that is measured."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How much is done.

    Args:
        rounds: how many.
        budget: seconds that each contender repeats each work for, in each of them.
        quick: whether this is the quick variant, with few of what has a fixed number.
    """

    rounds: int
    budget: float
    quick: bool


@dataclass(slots=True)
class Record:
    """What came of it.

    `answers` holds the readings by ask, contender and round; `notes` why somebody is missing.
    """

    answers: dict[tuple[Ask, str], dict[int, Mapping[str, float]]] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)

    def note(self, label: str, why: str) -> None:
        self.notes.setdefault(label, why)
        print(f"{label}: {why}", file=sys.stderr)


def play(contenders: Sequence[Contender], asks: Iterable[Ask], pace: Pace, folder: Path) -> Record:
    """Start everybody, play all rounds, and end everybody."""
    wanted, record = list(asks), Record()
    passing = [contender for contender in contenders if not contender.resident]
    with ExitStack() as stack:
        players: list[Player] = []
        for contender in contenders:
            if contender.resident:
                _join(stack, contender, folder, players, record)
        for number in range(pace.rounds):
            _play_round(players, wanted, number, pace, record)
            for contender in passing:
                with ExitStack() as while_it_plays:
                    alone: list[Player] = []
                    _join(while_it_plays, contender, folder, alone, record)
                    _play_round(alone, wanted, number, pace, record)
    return record


def _join(stack: ExitStack, contender: Contender, folder: Path, players: list[Player], record: Record) -> None:
    try:
        player = stack.enter_context(up(contender, folder))
    except Unavailable as why:
        record.note(contender.name, str(why))
        return
    record.versions.setdefault(contender.label, player.version)
    players.append(player)


def _play_round(players: list[Player], asks: Sequence[Ask], number: int, pace: Pace, record: Record) -> None:
    print(f"round {number + 1} of {pace.rounds}", file=sys.stderr)
    for ask in asks:
        if number >= ask.rounds or (pace.quick and not ask.quick):
            continue
        for player in turned(players, number):
            if not player.knows(ask):
                continue
            try:
                readings = player.do(ask, count_of(player, ask, pace))
            except Refused as why:
                player.tasks -= {ask.task, ask.line(None)}
                record.note(f"{player.contender.name}, {ask.line(None)}", str(why))
            except Lost as why:
                players.remove(player)
                player.client.end()
                record.note(f"{player.contender.name}, {ask.line(None)}", str(why))
            else:
                record.answers.setdefault((ask, player.contender.label), {})[number] = readings


def turned(players: Sequence[Player], number: int) -> list[Player]:
    """Another one begins in each round: whoever comes after a certain other one must not always do so."""
    first = number % len(players) if players else 0
    return [*players[first:], *players[:first]]


def count_of(player: Player, ask: Ask, pace: Pace) -> int | None:
    """How often `player` repeats `ask`."""
    if ask.most is None:
        return None
    if ask.fixed:
        return ask.few if pace.quick else ask.most
    if ask not in player.counts:
        player.counts[ask] = _found_out(player, ask, ask.most, pace)
    return player.counts[ask]


def _found_out(player: Player, ask: Ask, most: int, pace: Pace) -> int:
    callers = dict(ask.options).get("callers", 1)
    least = count = min(most, max(ask.least, LEAST_EACH * callers if callers > 1 else 1))
    enough = pace.budget  # of the first trial, which pays for what is loaded, connected and compiled then
    while True:
        each = player.do(ask, count)["each"]
        if count * each >= enough or count == most:
            return repeats(each, pace.budget, most, least)
        enough = pace.budget * TRIAL
        count = min(repeats(each, 2 * enough, most, count), STEP * count)
