"""Interrupt what a thread is at, as Ctrl-C does in the main thread: for work that was typed at a remote prompt.

A thread that waits in a call of pybeam is reached through its process; one that computes gets an
exception from the interpreter at its next instruction. One that is in C code gets it when that returns.
"""

from __future__ import annotations

import ctypes
import threading
from typing import NamedTuple

from ..terms import Pid
from .scheduler import Runtime


class Place(NamedTuple):
    """A thread, by its process and by the interpreter's number."""

    pid: Pid
    thread: int


def place_of(pid: Pid) -> Place:
    """The calling thread, whose process is `pid`."""
    return Place(pid, threading.get_ident())


def interrupt(runtime: Runtime, place: Place) -> None:
    """Raise a KeyboardInterrupt in that thread. Only on the scheduler's thread."""
    process = runtime.processes.get(place.pid.number)
    if process is None or process.fiber is None:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(place.thread), ctypes.py_object(KeyboardInterrupt))
    elif process.waiting is not None:
        process.resume_with_error(KeyboardInterrupt())
    else:  # it has just been resumed, and stands in the run queue
        process.error = KeyboardInterrupt()
