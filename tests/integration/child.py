"""One OS process of a test: does what it is told through a pipe, until the pipe ends.

What it does on its main thread it does as one process of its node, with one mailbox; what it does in the
background has a thread, and so a process, of its own.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

import cloudpickle

from pybeam.errors import text_of
from pybeam.logs import log_to_stderr


class Child:
    """The child's side of the pipe."""

    def __init__(self, descriptor: int) -> None:
        self._line: Any = Connection(descriptor)
        self._lock = threading.Lock()

    def obey(self) -> None:
        """Say that it is there, then carry out one order after another; never returns."""
        self._answer(0, True, None)
        while True:
            try:
                number, in_background, packed = cloudpickle.loads(self._line.recv_bytes())
            except EOFError:
                os._exit(0)
            work = partial(self._carry_out, number, packed)
            if in_background:
                threading.Thread(target=work, daemon=True).start()
            else:
                work()

    def _carry_out(self, number: int, packed: bytes) -> None:
        try:
            fun, args, kwargs = cloudpickle.loads(packed)
            self._answer(number, True, fun(*args, **kwargs))
        except BaseException as error:
            self._answer(number, False, error)

    def _answer(self, number: int, well: bool, outcome: object) -> None:
        try:
            packed = cloudpickle.dumps((number, well, outcome))
            cloudpickle.loads(packed)
        except BaseException as error:
            why = RuntimeError(f"a {type(outcome).__name__} that cannot be told: {text_of(error)}")
            packed = cloudpickle.dumps((number, False, why))
        with self._lock:
            self._line.send_bytes(packed)


def order(number: int, in_background: bool, fun: Callable[..., object], args: Any, kwargs: Any) -> bytes:
    """One order, as `Child` takes it. Packed twice, so that one that cannot be read fails alone."""
    packed: bytes = cloudpickle.dumps((number, in_background, cloudpickle.dumps((fun, args, kwargs))))
    return packed


if __name__ == "__main__":
    log_to_stderr(os.environ.get("PYBEAM_LOG", "info"))
    Child(int(sys.argv[1])).obey()
