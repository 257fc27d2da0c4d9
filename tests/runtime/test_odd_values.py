"""Values that refuse everything, as a state, a reason or a log handler: no end of a process is lost over them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import pytest

from pybeam import GenServer, process
from pybeam.testing.inside import inside
from pybeam.testing.world import World
from tests.ties import A, B, idle, told


class NoSize:
    def __sizeof__(self) -> int:
        raise RuntimeError("no size")


class Unbound:
    """As a proxy of a web framework outside of any request."""

    def __getattribute__(self, name: str) -> NoReturn:
        raise RuntimeError("unbound")


class Word(str):
    def __eq__(self, other: object) -> bool:
        raise RuntimeError("not to be compared")

    def __hash__(self) -> int:
        return 0


class Stubborn(str):
    def __reduce__(self) -> NoReturn:
        raise RuntimeError("does not travel")


class Shy:
    """Its text is of a class that does not travel, either."""

    def __str__(self) -> str:
        return Stubborn("shy")

    def __reduce__(self) -> NoReturn:
        raise RuntimeError("does not travel")


class Fragile(GenServer):
    def init(self, content: object) -> None:
        self.content = content

    def handle_info(self, message: Any) -> NoReturn:
        raise ValueError("broken")


@pytest.mark.parametrize("make", [NoSize, Unbound])
def test_a_server_with_an_odd_state_ends_like_any(make: Callable[[], object], caplog: pytest.LogCaptureFixture) -> None:
    @inside
    def story() -> None:
        process.trap_exit()
        pid = GenServer.start_link(Fragile, make())
        ref = process.monitor(pid)
        process.send(pid, "break")
        assert told()[:4] == ("DOWN", ref, "process", pid)
        assert told()[:2] == ("EXIT", pid)

    story()
    assert any("state of Fragile: {'content':" in record.getMessage() for record in caplog.records)


class Talkative(logging.Handler):
    """A program's own, that does not catch what it raises."""

    def emit(self, record: logging.LogRecord) -> NoReturn:
        raise RuntimeError("nobody to write to")


@pytest.fixture
def broken_log() -> Iterator[None]:
    log, handler = logging.getLogger("pybeam"), Talkative()
    log.addHandler(handler)
    yield
    log.removeHandler(handler)


@pytest.mark.usefixtures("broken_log")
@inside
def test_a_log_that_raises_ends_neither_the_node_nor_the_news_of_an_end() -> None:
    for _ in range(2):
        pid = GenServer.start(Fragile, 1)
        ref = process.monitor(pid)
        process.send(pid, "break")
        assert told()[:4] == ("DOWN", ref, "process", pid)


@pytest.mark.parametrize("trapping", [True, False])
@inside
def test_a_word_that_cannot_be_compared_is_a_reason_like_any(trapping: bool) -> None:
    def body() -> None:
        process.trap_exit(trapping)
        process.receive()

    pid, ref = process.spawn_monitor(body)
    process.sleep(0.1)
    process.exit(pid, Word("odd"))
    down = told()
    assert down[:2] == ("DOWN", ref) and type(down[4]) is (str if trapping else Word)


def test_a_reason_whose_text_does_not_travel_either_is_told_to_everybody() -> None:
    a, b = World().nodes(A, B)

    def body() -> None:
        process.trap_exit()
        pid = b.spawn(idle).pid
        process.link(pid)
        ref = process.monitor(pid)
        process.sleep(0.1)
        b.runtime.give_exit(b.runtime.processes[pid.number], pid, Shy())
        assert sorted([told(), told()], key=str) == [
            ("DOWN", ref, "process", pid, "shy"),
            ("EXIT", pid, "shy"),
        ]

    a.run(body)
