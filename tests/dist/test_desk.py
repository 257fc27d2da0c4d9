"""The event loop's complaints: few, and each in one line."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator

import pytest

from pybeam.dist.desk import QUIET_SECONDS, Desk
from pybeam.dist.epmd import VISIBLE, Alive


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk(
        Alive("a", 1, VISIBLE, 0, 6, 5, b""), "127.0.0.1", 1, log=logging.getLogger("test.desk"), jitter=lambda: 0.5
    )
    yield desk
    desk._loop.close()


class Turned(asyncio.SelectorEventLoop):
    """A loop whose clock a test turns."""

    now = 0.0

    def time(self) -> float:
        return self.now


def test_ten_thousand_failures_to_accept_are_one_line_a_minute(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    loop = Turned()
    try:
        with caplog.at_level(logging.WARNING, "test.desk"):
            for failure in range(10_000):
                loop.now = failure * 2 * QUIET_SECONDS / 10_000
                desk._complain(loop, {"message": "socket.accept() out of system resource", "exception": OSError(24)})
    finally:
        loop.close()
    assert [record.getMessage() for record in caplog.records] == ["trouble at the port mapper: 24"] * 2
