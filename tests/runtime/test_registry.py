"""The names of one node."""

from __future__ import annotations

from typing import Any

import pytest

from pybeam.errors import AlreadyStarted
from pybeam.process import (
    receive,
    register,
    registered,
    self,
    send,
    spawn,
    unregister,
    whereis,
)
from pybeam.testing.inside import inside, settle


@inside
def test_a_name_stands_for_its_process_until_it_ends() -> None:
    pid = spawn(receive)
    register("worker", pid)
    assert (whereis("worker"), registered()) == (pid, ["worker"])
    send("worker", "end")
    settle()
    assert (whereis("worker"), registered()) == (None, [])


@inside
def test_a_taken_name_says_by_whom() -> None:
    one, two = spawn(receive), spawn(receive)
    register("worker", one)
    with pytest.raises(AlreadyStarted) as caught:
        register("worker", two)
    assert caught.value.pid == one


@inside
def test_a_process_has_one_name() -> None:
    register("me", self())
    with pytest.raises(ValueError, match="registered already, as 'me'"):
        register("myself", self())
    assert unregister("me")
    register("myself", self())
    assert registered() == ["myself"]


@pytest.mark.parametrize("name", ["", None, 7, b"x", "x" * 256, "é" * 128])
def test_a_bad_name_is_a_value_error(name: Any) -> None:
    @inside
    def story() -> None:
        with pytest.raises(ValueError, match="registered name"):
            register(name, self())

    story()


@inside
def test_a_name_of_255_bytes_is_long_enough_for_anyone() -> None:
    register("é" * 127, self())
    assert whereis("é" * 127) == self()


@inside
def test_the_dead_cannot_be_named_and_names_of_nobody_not_taken_away() -> None:
    pid = spawn(lambda: None)
    settle()
    with pytest.raises(ValueError, match="has ended"):
        register("late", pid)
    assert not unregister("late")


@inside
def test_names_are_listed_sorted() -> None:
    for name in ("b", "c", "a"):
        register(name, spawn(receive))
    assert registered() == ["a", "b", "c"]
