"""Log lines on stderr: whole, and never the end of whoever logs."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator

import pytest

from pybeam.errors import PybeamError
from pybeam.logs import log_to_stderr


@pytest.fixture(autouse=True)
def quiet_afterwards() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


class Unspeakable:
    def __repr__(self) -> str:
        raise RuntimeError("no repr")


class Terminal:
    """Keeps each write apart."""

    def __init__(self) -> None:
        self.writes: list[str] = []

    def write(self, text: str) -> None:
        self.writes.append(text)

    def flush(self) -> None:
        pass


def test_a_line_goes_out_in_one_write(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    log_to_stderr("info")
    monkeypatch.setattr(sys, "stderr", terminal)
    logging.getLogger("pybeam.x").info("connected to %s", "b@h")
    (line,) = terminal.writes
    assert line.endswith("[info] connected to b@h\n")


def test_what_cannot_be_shown_does_not_end_who_logs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    log_to_stderr("info")
    monkeypatch.setattr(sys, "stderr", terminal)
    logging.getLogger("pybeam.x").info("got %r", Unspeakable())
    logging.getLogger("pybeam.x").info("next")
    assert [line[-5:] for line in terminal.writes] == ["next\n"]


def test_a_terminal_that_is_gone_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    log_to_stderr("info")
    monkeypatch.setattr(sys, "stderr", None)
    logging.getLogger("pybeam.x").info("nobody reads this")


def test_a_level_that_is_none_is_refused_with_those_there_are() -> None:
    with pytest.raises(PybeamError, match="debug, info, warning, error, critical"):
        log_to_stderr("loud")
