"""What an exit signal does (the table of Erlang's reference manual), and what travels with a call."""

from __future__ import annotations

import pickle
from itertools import product
from typing import Any

import pytest

from pybeam.errors import Crash
from pybeam.runtime.ports import Parcel
from pybeam.runtime.signals import Call, Cast, Effect, From, ProcessExit, Sealed, effect_of_exit, open_call
from pybeam.terms import Pid

IGNORE, MESSAGE, DIE = Effect.IGNORE, Effect.MESSAGE, Effect.DIE
CRASH = Crash.of(ValueError("x"))

TABLE: list[tuple[object, bool, bool, Effect, object]] = [
    # reason, trapping, sent by exit(): effect, and the reason seen
    ("normal", False, False, IGNORE, "normal"),
    ("normal", False, True, IGNORE, "normal"),
    ("normal", True, False, MESSAGE, "normal"),
    ("normal", True, True, MESSAGE, "normal"),
    ("kill", False, False, DIE, "kill"),
    ("kill", False, True, DIE, "killed"),
    ("kill", True, False, MESSAGE, "kill"),
    ("kill", True, True, DIE, "killed"),
    ("killed", False, False, DIE, "killed"),
    ("killed", True, False, MESSAGE, "killed"),
    ("shutdown", False, True, DIE, "shutdown"),
    ("shutdown", True, True, MESSAGE, "shutdown"),
    (("shutdown", 1), False, False, DIE, ("shutdown", 1)),
    ("noproc", False, False, DIE, "noproc"),
    ("noproc", True, False, MESSAGE, "noproc"),
    (CRASH, False, False, DIE, CRASH),
    (CRASH, True, False, MESSAGE, CRASH),
    (None, False, True, DIE, None),
    (("normal",), False, True, DIE, ("normal",)),
]


@pytest.mark.parametrize(("reason", "trapping", "by_exit", "effect", "seen"), TABLE)
def test_an_exit_signal_does_what_erlangs_table_says(
    reason: object, trapping: bool, by_exit: bool, effect: Effect, seen: object
) -> None:
    assert effect_of_exit(reason, trapping=trapping, sent_by_exit=by_exit) == (effect, seen)


@pytest.mark.parametrize(
    ("reason", "trapping", "by_exit", "effect"),
    [
        ("normal", False, True, DIE),  # exit(self(), normal) ends the caller
        ("normal", False, False, IGNORE),
        ("normal", True, True, MESSAGE),
        ("boom", False, True, DIE),
        ("boom", True, True, MESSAGE),
        ("kill", True, True, DIE),
    ],
)
def test_only_normal_differs_when_it_is_sent_to_oneself(
    reason: str, trapping: bool, by_exit: bool, effect: Effect
) -> None:
    assert effect_of_exit(reason, trapping=trapping, sent_by_exit=by_exit, to_self=True)[0] is effect


class Prickly:
    def __eq__(self, other: object) -> bool:
        raise ArithmeticError

    __hash__ = None  # type: ignore[assignment]


@pytest.mark.parametrize(("trapping", "by_exit"), [*product([False, True], repeat=2)])
def test_a_reason_that_cannot_be_compared_is_a_reason_like_any(trapping: bool, by_exit: bool) -> None:
    reason = Prickly()
    effect, seen = effect_of_exit(reason, trapping=trapping, sent_by_exit=by_exit)
    assert effect is (MESSAGE if trapping else DIE)
    assert seen is reason


def test_who_waits_for_a_call_travels_and_stays_the_same() -> None:
    from_ = From(Pid("a@host", 7, 3), 42)
    from_.answered = True
    there = pickle.loads(pickle.dumps(from_))
    assert there == from_ and hash(there) == hash(from_)
    assert not there.answered  # that is known only where the answer left


def test_two_calls_of_one_process_differ() -> None:
    pid = Pid("a@host", 7, 3)
    assert From(pid, 1) != From(pid, 2)
    assert From(pid, 1) != From(Pid("a@host", 8, 3), 1)
    assert From(pid, 1) != "something else"


class Body(Parcel):
    """A message as it came from another node."""

    def __init__(self, content: object) -> None:
        self.content = content

    def open(self) -> object:
        if isinstance(self.content, BaseException):
            raise self.content
        return self.content


FROM = From(Pid("b@host", 9, 1), 5)


def test_a_sealed_message_opens_as_what_it_was_sent_as() -> None:
    assert Sealed(Body("hello")).open() == "hello"
    cast: Any = Sealed(Body("hello"), is_cast=True).open()
    assert (type(cast), cast.message) == (Cast, "hello")
    call: Any = Sealed(Body("hello"), FROM).open()
    assert (type(call), call.request, call.from_) == (Call, "hello", FROM)


def test_a_sealed_message_raises_what_its_unpickling_raises() -> None:
    with pytest.raises(SystemExit):
        Sealed(Body(SystemExit(3))).open()


@pytest.mark.parametrize(
    ("entry", "owner"),
    [
        (Call(FROM, 1), FROM),
        (Sealed(Body(1), FROM), FROM),
        (Sealed(Body(1)), None),
        (Cast(1), None),
        ("a message", None),
        (None, None),
    ],
)
def test_a_mailbox_entry_knows_who_waits_for_it(entry: object, owner: From | None) -> None:
    assert open_call(entry) is owner


def test_what_ends_a_process_is_caught_by_nobody_by_habit() -> None:
    assert not issubclass(ProcessExit, Exception)
    assert ProcessExit("boom").reason == "boom"
