"""What the prompt decides without a terminal: what it says, what is at hand, which frames it shows."""

from __future__ import annotations

import traceback
from types import TracebackType
from typing import Any

import pytest

import pybeam
from pybeam import process
from pybeam.prompt.at_hand import namespace
from pybeam.prompt.shell import HERE, banner, without_internals
from pybeam.terms import NONODE


def test_the_banner_is_two_lines_that_tell_the_name_and_the_way_out() -> None:
    named, nameless = banner("a@127.0.0.1"), banner(NONODE)
    assert "on the node a@127.0.0.1" in named
    assert "without a name" in nameless and "--name" in nameless
    for text in (named, nameless):
        assert text.count("\n") == 1 and "exit or Ctrl-D leaves" in text


def test_every_public_name_of_pybeam_is_at_hand() -> None:
    at_hand = namespace(print)
    assert {name: at_hand[name] for name in pybeam.__all__} == {name: getattr(pybeam, name) for name in pybeam.__all__}
    assert at_hand.keys() - set(pybeam.__all__) == {"flush"}


def test_flush_shows_each_message_on_a_line_and_takes_them_away(capsys: pytest.CaptureFixture[str]) -> None:
    process.flush()
    flush = namespace(lambda message: print(repr(message)))["flush"]
    for message in [("nodeup", "a@b"), "hello"]:
        process.send(process.self(), message)
    flush()
    flush()
    assert capsys.readouterr().out == "('nodeup', 'a@b')\n'hello'\n(no messages)\n"


def trace_of(act: Any) -> TracebackType:
    try:
        act()
    except Exception as error:
        assert error.__traceback__ is not None
        return error.__traceback__
    raise AssertionError("it raised nothing")


def files(trace: TracebackType | None) -> list[str]:
    return [frame.filename for frame in traceback.extract_tb(trace)]


def test_frames_inside_pybeam_are_left_out() -> None:
    trace = trace_of(lambda: process.run(lambda: process.run(divide)))
    assert any(name.startswith(HERE) for name in files(trace))
    assert set(files(without_internals(trace))) == {__file__}
    assert traceback.extract_tb(without_internals(trace))[-1].name == "divide"


def divide() -> float:
    return 1 / 0


def test_a_trace_that_is_all_inside_pybeam_is_shown_whole() -> None:
    inside = trace_of(lambda: process.register("", process.self())).tb_next
    while inside is not None and not inside.tb_frame.f_code.co_filename.startswith(HERE):
        inside = inside.tb_next
    assert inside is not None
    assert files(without_internals(inside)) == files(inside)
