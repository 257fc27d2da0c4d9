"""The two halves of the talk: what a side makes of a line, and what the command makes of an answer."""

from __future__ import annotations

import io
import json

import pytest

from bench import side
from bench.child import answer_in
from bench.side import find, parsed, serve, timed


def talked(lines: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> list[object]:
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    serve({"double": lambda count: {"each": 2.0 * count}, "fail": lambda: {"each": 1 / 0}}, "1.0")
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_side_says_what_it_knows_and_then_answers_each_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hello, *answers = talked("double count=4\ndouble count=5\n", monkeypatch, capsys)
    assert hello == {"ready": ["double", "fail"], "version": "1.0"}
    assert answers == [{"each": 8.0}, {"each": 10.0}]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("fail", "ZeroDivisionError: division by zero"),
        ("triple count=1", "KeyError: 'triple'"),
        ("double", "TypeError"),
        ("double count=x", "ValueError"),
        ("double count", "ValueError"),
        ("", "ValueError"),
    ],
)
def test_what_goes_wrong_is_an_answer_and_the_side_lives_on(
    line: str, error: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _, failed, after = talked(f"{line}\ndouble count=1\n", monkeypatch, capsys)
    assert isinstance(failed, dict)
    assert error in failed["error"]
    assert after == {"each": 2.0}


def test_a_task_may_be_known_with_certain_options_only() -> None:
    tasks = {"call callers=1": "one", "call callers=64": "many", "cast": "cast"}
    assert find(tasks, "call callers=64 count=10") == "many"
    assert find(tasks, "cast count=10") == "cast"
    with pytest.raises(KeyError):
        find(tasks, "call callers=1000 count=10")


def test_options_are_numbers_by_name() -> None:
    assert parsed("start\n") == ("start", {})
    assert parsed("large array=1 size=1000000 count=3\n") == ("large", {"array": 1, "size": 1_000_000, "count": 3})


@pytest.mark.parametrize("line", ["", "\n", "2026-01-01 INFO ready", "[1, 2]", '"text"', "{", "null"])
def test_what_libraries_print_is_no_answer(line: str) -> None:
    assert answer_in(line) is None


def test_every_turn_is_made() -> None:
    turns = iter(range(100))
    readings = timed(7, lambda: next(turns))
    assert next(turns) == 7
    assert readings["each"] >= 0


def test_callers_in_threads_share_the_turns() -> None:
    made: list[int] = []
    side.timed_in_threads(80, 8, lambda: lambda: made.append(1))
    assert len(made) == 80


def test_a_caller_that_cannot_connect_ends_the_others() -> None:
    def connect() -> object:
        raise ConnectionRefusedError("nobody listens")

    with pytest.raises(ConnectionRefusedError, match="nobody listens"):
        side.timed_in_threads(8, 2, connect)  # type: ignore[arg-type]  # it never returns
