"""The rounds, with players that answer at once, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, cast

import pytest

from bench import rounds
from bench.child import Child, Lost, Refused
from bench.contenders import Contender, Player
from bench.rounds import LEAST_EACH, Pace, Record, play, turned
from bench.side import parsed
from bench.surroundings import Unavailable
from bench.works import Ask

CALL, CAST = Ask("call"), Ask("cast")
PACE = Pace(3, 1.0, quick=False)


class Puppet:
    """Stands for a child: answers `each` seconds, or raises what it is told to."""

    def __init__(self, each: float = 0.01, raises: Mapping[str, Exception] | None = None) -> None:
        self.each, self.raises, self.asked, self.ended = each, raises or {}, list[str](), False

    def ask(self, line: str, seconds: float) -> dict[str, Any]:
        self.asked.append(line)
        if error := self.raises.get(parsed(line)[0]):
            raise error
        return {"each": self.each}

    def end(self) -> None:
        self.ended = True


Puppets = dict[str, Puppet | Exception]


def played(
    puppets: Puppets, *asks: Ask, pace: Pace = PACE, monkeypatch: pytest.MonkeyPatch, passing: str = ""
) -> Record:
    def up(contender: Contender, folder: Path) -> AbstractContextManager[Player]:
        puppet = puppets[contender.label]
        if isinstance(puppet, Exception):
            raise puppet
        tasks = frozenset({"call", "cast"})
        return nullcontext(Player(contender, cast(Child, puppet), tasks, "1.0"))

    monkeypatch.setattr(rounds, "up", up)
    contenders = [Contender(label, (), resident=label != passing) for label in puppets]
    return play(contenders, asks, pace, Path())


def test_everybody_answers_in_every_round(monkeypatch: pytest.MonkeyPatch) -> None:
    record = played({"a": Puppet(), "b": Puppet()}, CALL, CAST, monkeypatch=monkeypatch)
    assert {key: sorted(found) for key, found in record.answers.items()} == {
        (ask, label): [0, 1, 2] for ask in (CALL, CAST) for label in "ab"
    }
    assert record.notes == {}


def test_who_cannot_be_started_is_noted_and_the_others_play(monkeypatch: pytest.MonkeyPatch) -> None:
    record = played({"a": Unavailable("elixir is not installed"), "b": Puppet()}, CALL, monkeypatch=monkeypatch)
    assert record.notes == {"a": "elixir is not installed"}
    assert set(record.answers) == {(CALL, "b")}


def test_who_refuses_one_work_still_does_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    puppet = Puppet(raises={"cast": Refused("no casts here")})
    record = played({"a": puppet}, CAST, CALL, monkeypatch=monkeypatch)
    assert record.notes == {"a, cast": "no casts here"}
    assert set(record.answers) == {(CALL, "a")}
    assert sum(line.startswith("cast") for line in puppet.asked) == 1
    assert not puppet.ended


def test_who_is_lost_is_ended_and_asked_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    puppet = Puppet(raises={"call": Lost("no answer within 60 s")})
    record = played({"a": puppet, "b": Puppet()}, CALL, CAST, monkeypatch=monkeypatch)
    assert puppet.ended
    assert len(puppet.asked) == 1
    assert set(record.answers) == {(CALL, "b"), (CAST, "b")}


def test_who_keeps_the_machine_busy_plays_by_himself(monkeypatch: pytest.MonkeyPatch) -> None:
    record = played({"a": Puppet(), "ray": Puppet()}, CALL, monkeypatch=monkeypatch, passing="ray")
    assert sorted(record.answers[CALL, "ray"]) == [0, 1, 2]


def test_a_slow_contender_repeats_less(monkeypatch: pytest.MonkeyPatch) -> None:
    puppet = Puppet(each=0.25)
    played({"a": puppet}, CALL, monkeypatch=monkeypatch)
    assert puppet.asked[-1] == "call count=4"


def test_each_caller_has_a_least_number_of_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    puppet = Puppet(each=0.25)
    played({"a": puppet}, Ask("call", (("callers", 64),)), monkeypatch=monkeypatch)
    assert parsed(puppet.asked[-1])[1]["count"] == 64 * LEAST_EACH


def test_a_fixed_number_is_kept_and_is_smaller_in_the_quick_variant(monkeypatch: pytest.MonkeyPatch) -> None:
    ask = Ask("call", most=5000, fixed=True, few=50)
    for quick, expected in ((False, "call count=5000"), (True, "call count=50")):
        puppet = Puppet()
        played({"a": puppet}, ask, pace=Pace(1, 1.0, quick), monkeypatch=monkeypatch)
        assert puppet.asked == [expected]


def test_what_takes_long_is_done_in_fewer_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    record = played({"a": Puppet()}, Ask("call", most=None, rounds=2), monkeypatch=monkeypatch)
    assert [sorted(found) for found in record.answers.values()] == [[0, 1]]


def test_what_is_not_for_the_quick_variant_is_not_asked_there(monkeypatch: pytest.MonkeyPatch) -> None:
    puppet = Puppet()
    played({"a": puppet}, Ask("call", quick=False), pace=Pace(1, 1.0, quick=True), monkeypatch=monkeypatch)
    assert puppet.asked == []


def test_another_one_begins_in_each_round() -> None:
    players = [Player(Contender(label, ()), cast(Child, Puppet()), frozenset(), "") for label in "abc"]
    orders = ["".join(player.contender.label for player in turned(players, number)) for number in range(4)]
    assert orders == ["abc", "bca", "cab", "abc"]
    assert turned([], 3) == []
