"""A contender's OS process: whatever it does, the command gets an answer or a reason, and ends it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench.child import Child, Lost, Refused

ECHO = """
import sys
for line in sys.stdin:
    print('{"said": "' + line.strip() + '"}', flush=True)
"""
DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print('{"ready": []}', flush=True)
time.sleep(60)
"""
PARENT = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print('{"pid": %d}' % child.pid, flush=True)
sys.stdin.read()
"""

Start = Callable[..., Child]


@pytest.fixture
def python(tmp_path: Path) -> Iterator[Start]:
    """Start a child that runs a text; each is ended when the test is."""
    children: list[Child] = []

    def start(text: str, ends_with_input: bool = True) -> Child:
        child = Child(
            [sys.executable, "-c", text],
            cwd=tmp_path,
            env=dict(os.environ),
            cores=os.sched_getaffinity(0),
            log=tmp_path / f"{len(children)}.log",
            ends_with_input=ends_with_input,
        )
        children.append(child)
        return child

    yield start
    for child in children:
        child.end()


def runs(pid: int) -> bool:
    """Whether the OS process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_child_answers_line_by_line(python: Start) -> None:
    child = python(ECHO)
    assert [child.ask(word, 10)["said"] for word in ("one", "two")] == ["one", "two"]


def test_other_lines_are_passed_over(python: Start) -> None:
    child = python("print('listening'); print('[1]'); print('{\"ready\": []}', flush=True); input()")
    assert child.answer(10) == {"ready": []}


def test_an_error_is_told_and_the_child_can_be_asked_again(python: Start) -> None:
    child = python("input(); print('{\"error\": \"no\"}', flush=True); input(); print('{}', flush=True)")
    with pytest.raises(Refused, match="no"):
        child.ask("first", 10)
    assert child.ask("second", 10) == {}


def test_a_child_that_does_not_answer_in_time_is_lost(python: Start) -> None:
    child = python("import time; time.sleep(60)")
    start = time.monotonic()
    with pytest.raises(Lost, match="no answer within 0 s"):
        child.ask("anything", 0.2)
    assert time.monotonic() - start < 5


def test_a_child_that_ends_is_lost_with_its_last_words(python: Start) -> None:
    child = python("raise SystemExit('no such server')")
    with pytest.raises(Lost, match="no such server"):
        child.answer(10)
    with pytest.raises(Lost, match="no such server"):
        child.ask("more", 10)


def test_a_child_that_ends_without_a_word_is_lost_too(python: Start) -> None:
    with pytest.raises(Lost, match="without a word"):
        python("").answer(10)


def test_an_idle_child_ends_with_its_input(python: Start) -> None:
    child = python(ECHO)
    child.ask("hello", 10)
    start = time.monotonic()
    child.end()
    assert time.monotonic() - start < 4


def test_a_busy_child_is_not_waited_for(python: Start) -> None:
    child = python("input(); import time; time.sleep(60)")
    with pytest.raises(Lost):
        child.ask("go", 0.3)
    start = time.monotonic()
    child.end()
    assert time.monotonic() - start < 4


def test_a_child_that_ignores_the_signal_is_killed(python: Start) -> None:
    child = python(DEAF, ends_with_input=False)
    child.answer(10)
    child.end()
    assert not runs(child.pid)


def test_what_a_child_has_started_ends_with_it(python: Start) -> None:
    child = python(PARENT)
    grandchild = child.answer(10)["pid"]
    assert runs(grandchild)
    child.end()
    end = time.monotonic() + 5
    while runs(grandchild) and time.monotonic() < end:
        time.sleep(0.02)
    assert not runs(grandchild)


def test_a_child_may_be_ended_twice(python: Start) -> None:
    child = python(ECHO)
    child.end()
    child.end()
    assert not runs(child.pid)
