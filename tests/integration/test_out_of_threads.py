"""A machine on which no thread can be started: an error now, and nothing that hangs later."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

from pybeam import process
from pybeam.runtime.pool import MAX_WORKERS

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("work", [lambda: process.blocking(int, "7"), lambda: process.run_async(asyncio.sleep(0, 7))])
def test_a_machine_out_of_threads_is_an_error_and_no_hang_later(
    work: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_more(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    process.self()
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", no_more)
        for _ in range(MAX_WORKERS):
            with pytest.raises(RuntimeError, match="new thread"):
                work()
    assert process.run(spawned, work) == 7


def spawned(work: Callable[[], object]) -> Any:
    me = process.self()
    process.spawn(lambda: process.send(me, work()))
    return process.receive(timeout=5.0)
