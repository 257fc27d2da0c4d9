"""A node that explains itself: who keeps the scheduler, and whose mailbox grows."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pybeam import GenServer, NodeStartError, process, start_node, stop_node
from pybeam.runtime import foreign
from pybeam.runtime.foreign import Host, default_host, set_default_host
from tests.integration.lab import until
from tests.integration.mapping import free_port
from tests.integration.threads import fresh_host

pytestmark = pytest.mark.integration


@pytest.fixture(autouse=True)
def _no_other_node() -> None:
    """Tests before these may have left one, with a watchdog of its own."""
    stop_node()


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYBEAM_LONG_SCHEDULE", "0.2")
    monkeypatch.setenv("PYBEAM_LONG_MAILBOX", "1000")
    monkeypatch.setattr("pybeam.runtime.watchdog.SCAN_EVERY", 0.02)


@pytest.fixture
def host(settings: None) -> Iterator[Host]:
    with fresh_host() as fresh:
        yield fresh


class Slow(GenServer):
    def handle_call(self, request: Any, from_: Any) -> Any:
        compute(request)

    def handle_info(self, message: Any) -> None:
        process.receive(lambda m: False)


def compute(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


def told(caplog: pytest.LogCaptureFixture, words: str = "kept the scheduler") -> list[str]:
    return [record.getMessage() for record in caplog.records if words in record.getMessage()]


# ---------------------------------------------------------------------- the scheduler


def test_a_callback_that_keeps_the_scheduler_is_logged_once_with_its_stack(
    host: Host, caplog: pytest.LogCaptureFixture
) -> None:
    server = GenServer.start(Slow, name="slow")
    GenServer.call(server, 0.7)
    (text,) = told(caplog)
    assert text.startswith(f"<process {server!r} slow> has kept the scheduler for more than 0.2 s")
    assert "in handle_call" in text and "in compute" in text and "process.blocking" in text
    GenServer.call(server, 0.7)
    assert len(told(caplog)) == 2


def test_the_function_of_a_spawned_process_is_named_as_well(host: Host, caplog: pytest.LogCaptureFixture) -> None:
    pid = process.spawn(compute, 0.7)
    until(lambda: told(caplog))
    assert repr(pid) in told(caplog)[0] and "in compute" in told(caplog)[0]


def test_what_no_process_does_is_the_schedulers_own(host: Host, caplog: pytest.LogCaptureFixture) -> None:
    host.runtime.call_soon(lambda: compute(0.7))
    until(lambda: told(caplog))
    assert told(caplog)[0].startswith("the scheduler itself has kept")


def test_many_short_callbacks_are_nothing_to_tell_of(host: Host, caplog: pytest.LogCaptureFixture) -> None:
    server = GenServer.start(Slow)
    process.run(lambda: [GenServer.call(server, 0.01) for _ in range(40)])
    assert told(caplog) == []


def test_waiting_is_nothing_to_tell_of(host: Host, caplog: pytest.LogCaptureFixture) -> None:
    process.run(process.sleep, 0.6)
    process.blocking(time.sleep, 0.6)
    assert told(caplog) == []


def test_a_setting_of_zero_turns_it_off(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setenv("PYBEAM_LONG_SCHEDULE", "0")
    monkeypatch.setenv("PYBEAM_LONG_MAILBOX", "0")
    with fresh_host():
        process.run(compute, 0.7)
        assert watchdogs() == []
    assert told(caplog) == []


def watchdogs() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "pybeam watchdog"]


def wakes(thread: threading.Thread) -> int:
    """How often a thread has given up the processor to wait."""
    status = Path(f"/proc/self/task/{thread.native_id}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("voluntary_ctxt_switches")))


def test_on_an_idle_node_it_does_not_even_wake(host: Host, caplog: pytest.LogCaptureFixture) -> None:
    process.sleep(0.01)
    (thread,) = watchdogs()
    time.sleep(0.3)
    before = wakes(thread)
    time.sleep(0.5)
    assert wakes(thread) == before
    process.run(compute, 0.7)  # and is there again when it is needed
    assert len(told(caplog)) == 1


def test_it_ends_with_the_node(host: Host) -> None:
    process.sleep(0)
    host.stop()
    assert watchdogs() == []


# ---------------------------------------------------------------------- mailboxes


def fill(pid: Any, messages: int) -> None:
    def send_all() -> None:
        for number in range(messages):
            process.send(pid, number)

    process.run(send_all)


def test_a_long_mailbox_is_logged_when_it_is_long_and_at_each_doubling(
    host: Host, caplog: pytest.LogCaptureFixture
) -> None:
    server = GenServer.start(Slow, name="full")
    fill(server, 900)
    time.sleep(0.1)
    assert told(caplog, "mailbox") == []
    fill(server, 200)
    until(lambda: told(caplog, "mailbox"))
    fill(server, 200)
    time.sleep(0.1)
    assert len(told(caplog, "mailbox")) == 1
    fill(server, 1000)
    until(lambda: len(told(caplog, "mailbox")) == 2)
    assert told(caplog, "mailbox")[0].startswith(f"1099 messages wait in the mailbox of <process {server!r} full>")


def test_a_mailbox_that_filled_up_just_before_the_node_came_to_rest_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("pybeam.runtime.watchdog.SCAN_EVERY", 0.5)
    with fresh_host():
        fill(process.self(), 1)
        time.sleep(0.1)
        fill(process.self(), 2000)
        until(lambda: told(caplog, "mailbox"))


# ---------------------------------------------------------------------- settings


@pytest.mark.parametrize("name", ["PYBEAM_LONG_SCHEDULE", "PYBEAM_LONG_MAILBOX"])
def test_a_setting_that_makes_no_sense_is_said_at_the_start(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    monkeypatch.setenv(name, "soon")
    before = foreign.existing_host()
    set_default_host(None)
    try:
        with pytest.raises(NodeStartError, match=name):
            default_host()
        threads = threading.active_count()
        with pytest.raises(NodeStartError, match=name), caplog.at_level(logging.WARNING):
            start_node("a@127.0.0.1", cookie="a cookie for a test", epmd_port=free_port())
        assert threading.active_count() == threads
        assert foreign.existing_host() is None
    finally:
        set_default_host(before)
