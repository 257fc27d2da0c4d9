"""A contender's OS process: started in a process group of its own, asked in lines, ended by its id.

Every wait is bounded. A process that does not answer in time, ends by itself or says what is no
answer is `Lost`, with a reason that a person can read.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

PATIENCE = 5.0
"""Seconds that a child gets to end by itself."""

PR_SET_CHILD_SUBREAPER = 36


class Lost(Exception):
    """A child has ended or does not answer: why, in one line."""


class Refused(Exception):
    """A child answers that it could not do what it was asked: why. It can be asked something else."""


class Child:
    """One OS process.

    Args:
        command: its program and arguments.
        env: its whole environment.
        cores: the ones it may run on.
        log: where its standard error goes.
        ends_with_input: whether it ends by itself when its standard input does.
        alone: whether it has a session of its own. Between sessions Linux shares the cores as between users; what
            stands for one cluster on one machine shares one, as if started from one terminal.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        cores: set[int],
        log: Path,
        ends_with_input: bool = True,
        alone: bool = True,
    ) -> None:
        self._log, self._listens = log, ends_with_input
        with log.open("wb") as errors, on(cores):
            self._process = subprocess.Popen(
                command,
                cwd=cwd,
                env=env,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                # Either way Ctrl-C is for the command alone, which ends the children in its own order.
                start_new_session=alone,
                process_group=None if alone else 0,
            )
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, line: str, seconds: float) -> dict[str, Any]:
        """The answer to `line`.

        Raises:
            Refused: it was an error.
            Lost: there was none within `seconds`.
        """
        assert self._process.stdin is not None
        try:
            print(line, file=self._process.stdin, flush=True)
        except BrokenPipeError:
            raise Lost(self.last_words()) from None
        listened, self._listens = self._listens, False  # it is busy until it has answered
        answer = self.answer(seconds)
        self._listens = listened
        if "error" in answer:
            raise Refused(str(answer["error"]))
        return answer

    def answer(self, seconds: float) -> dict[str, Any]:
        """The next line of JSON. Other lines, which libraries print, are passed over."""
        end = time.monotonic() + seconds
        while True:
            try:
                line = self._lines.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                raise Lost(f"no answer within {seconds:.0f} s") from None
            if not line:
                self._lines.put(line)  # for who asks once more
                raise Lost(self.last_words())
            if (answer := answer_in(line)) is not None:
                return answer

    def lives(self) -> bool:
        return os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None

    def last_words(self) -> str:
        """The last line of its standard error."""
        lines = [line.strip() for line in self._log.read_text(errors="replace").splitlines() if line.strip()]
        return lines[-1][:200] if lines else "it ended without a word"

    def end(self) -> None:
        """End it and what it has started: its input ends, then it is told, then killed."""
        assert self._process.stdin is not None
        if self._process.returncode is not None:
            return
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        if not (self._listens and self._ended(PATIENCE)):
            self._signal(signal.SIGTERM)
            self._ended(PATIENCE)
        self._signal(signal.SIGKILL)  # its group: it is not waited for yet, so no other has this id
        self._process.wait()

    def _ended(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while self.lives():
            if time.monotonic() > end:
                return False
            time.sleep(0.01)
        return True

    def _signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put("")


def answer_in(line: str) -> dict[str, Any] | None:
    """The answer that a line holds; None where it holds something else.

    >>> answer_in('{"each": 0.5}'), answer_in("INFO: listening"), answer_in("[1]"), answer_in("{")
    ({'each': 0.5}, None, None, None)
    """
    try:
        answer = json.loads(line)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None


@contextlib.contextmanager
def on(cores: set[int]) -> Iterator[None]:
    """Let the calling thread, and so what it starts meanwhile, run on `cores` alone.

    Two nodes stand for two machines. Left to itself the kernel puts both sides of a bare echo on
    one core, where waking the other side up costs half as much, and no second core can be used.
    """
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def adopt_orphans() -> None:
    """Become the parent of whatever a child leaves behind, so that `end_orphans` finds it."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end_orphans() -> None:
    """Kill every child that is left, and theirs as they come. Call it once every `Child` has ended."""
    end = time.monotonic() + PATIENCE
    while (left := _children()) and time.monotonic() < end:
        for pid in left:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _children() -> list[int]:
    found: list[int] = []
    for task in os.listdir("/proc/self/task"):
        with contextlib.suppress(FileNotFoundError):  # a thread that has ended
            found += map(int, Path(f"/proc/self/task/{task}/children").read_text().split())
    return found
