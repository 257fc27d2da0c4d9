"""Links and monitors, one by one; `test_links_by_model` tries them all together."""

from __future__ import annotations

from typing import Any

import pytest

from pybeam.errors import Crash
from pybeam.otp.gen_server import GenServer
from pybeam.process import (
    alive,
    demonitor,
    exit,
    flush,
    link,
    monitor,
    receive,
    register,
    self,
    send,
    sleep,
    spawn,
    spawn_link,
    spawn_monitor,
    trap_exit,
    unlink,
)
from pybeam.terms import Pid, Ref
from pybeam.testing.inside import Solo, inside, settle
from tests.runtime.ends import end_of

# ---------------------------------------------------------------------- links


@inside
def test_a_link_takes_the_other_along_with_the_same_reason() -> None:
    other, ref = spawn_monitor(receive)

    def body() -> None:
        link(other)
        raise ValueError("boom")

    reason = end_of(body)
    assert isinstance(reason, Crash)
    assert receive() == ("DOWN", ref, "process", other, reason)


@inside
def test_a_link_works_both_ways() -> None:
    trap_exit()
    for first in (0, 1):
        pair: list[Pid] = [spawn_link(receive)]

        def tie(to: Pid = pair[0]) -> None:
            link(to)
            receive()

        pair.append(spawn_link(tie))
        settle()
        exit(pair[first], "boom")
        settle()
        assert flush() == [("EXIT", pair[first], "boom"), ("EXIT", pair[1 - first], "boom")]


@inside
def test_a_normal_end_takes_nobody_along_but_is_told_to_who_traps() -> None:
    trap_exit()
    started: list[Pid] = []

    def body() -> None:
        started.append(spawn_link(receive))

    pid = spawn_link(body)
    settle()
    assert alive(started[0])
    assert flush() == [("EXIT", pid, "normal")]


@inside
def test_spawn_link_links_before_the_first_step() -> None:
    trap_exit()
    pid = spawn_link(lambda: 1 / 0)
    match receive():
        case ("EXIT", from_, Crash(kind="ZeroDivisionError")):
            assert from_ == pid
        case other:
            raise AssertionError(other)


@inside
def test_linking_twice_is_linking_once() -> None:
    trap_exit()
    pid = spawn_link(receive)
    link(pid)
    link(pid)
    exit(pid, "boom")
    settle()
    assert flush() == [("EXIT", pid, "boom")]


@inside
def test_linking_to_oneself_means_nothing() -> None:
    def body() -> None:
        link(self())
        unlink(self())

    assert end_of(body) == "normal"


@inside
def test_linking_to_the_dead_brings_noproc_at_once() -> None:
    gone = spawn(lambda: None)
    settle()

    def body() -> None:
        link(gone)
        sleep(100)

    assert end_of(body) == "noproc"
    trap_exit()
    link(gone)
    assert flush() == [("EXIT", gone, "noproc")]


@inside
def test_unlinked_is_untied() -> None:
    trap_exit()
    pid = spawn_link(receive)
    unlink(pid)
    unlink(pid)
    exit(pid, "boom")
    settle()
    assert flush() == []


def test_a_long_chain_of_linked_servers_ends_as_one() -> None:
    # One end inside the other would take three frames a link: a thousand were too many.
    length = 5000

    class Link(GenServer):
        def init(self, _: int) -> None:
            self.next: Pid | None = None

        def handle_cast(self, left: Any) -> None:
            if left:
                self.next = GenServer.start_link(Link, left)
                GenServer.cast(self.next, left - 1)

    node = Solo()
    first = node.run(GenServer.start, Link, length)
    node.run(GenServer.cast, first, length)
    node.settle()
    assert len(node.runtime.processes) == length + 1
    node.run(exit, first, "boom")
    node.settle()
    assert node.runtime.processes == {}


# ---------------------------------------------------------------------- monitors


@inside
def test_down_comes_once_with_the_reason() -> None:
    for reason in ("boom", "normal", ("shutdown", 1)):
        pid = spawn(lambda: exit(self(), receive()))
        ref = monitor(pid)
        send(pid, reason)
        settle()
        assert flush() == [("DOWN", ref, "process", pid, reason)]


@inside
def test_each_monitor_is_answered() -> None:
    pid = spawn(receive)
    refs = [monitor(pid) for _ in range(3)]
    assert len(set(refs)) == 3
    exit(pid, "boom")
    settle()
    assert flush() == [("DOWN", ref, "process", pid, "boom") for ref in refs]


@inside
def test_a_monitor_of_the_dead_comes_back_at_once() -> None:
    gone = spawn(lambda: None)
    settle()
    ref, named = monitor(gone), monitor("nobody")
    assert flush() == [
        ("DOWN", ref, "process", gone, "noproc"),
        ("DOWN", named, "process", ("nobody", "a@host"), "noproc"),
    ]


@inside
def test_a_name_can_be_monitored_and_is_told_with_its_node() -> None:
    pid = spawn(receive)
    register("worker", pid)
    ref = monitor("worker")
    exit(pid, "boom")
    settle()
    assert flush() == [("DOWN", ref, "process", ("worker", "a@host"), "boom")]


@inside
def test_a_monitor_changes_nothing_for_the_one_watched_nor_for_the_watcher() -> None:
    watched = spawn(receive)

    def watch() -> None:
        monitor(watched)
        exit(self(), "boom")

    end_of(watch)
    assert alive(watched)
    exit(watched, "kill")
    settle()
    assert alive(self())


@inside
def test_a_monitor_taken_back_is_silent() -> None:
    pid = spawn(receive)
    demonitor(monitor(pid))
    kept = monitor(pid)
    exit(pid, "boom")
    settle()
    assert flush() == [("DOWN", kept, "process", pid, "boom")]


@inside
def test_demonitor_may_take_back_a_down_that_has_come() -> None:
    gone = spawn(lambda: None)
    settle()
    ref, other = monitor(gone), monitor(gone)
    send(self(), "between")
    assert not demonitor(ref, flush=True)
    assert flush() == [("DOWN", other, "process", gone, "noproc"), "between"]
    demonitor(monitor(gone))
    assert len(flush()) == 1


class Unmeasured(tuple[str, ...]):
    def __len__(self) -> int:
        raise AssertionError("looked at")


@inside
def test_a_monitor_that_is_there_is_taken_back_without_a_search_of_the_mailbox() -> None:
    # At 100,000 messages one search took 5 ms.
    send(self(), Unmeasured("x"))
    assert demonitor(monitor(spawn(receive)), flush=True)
    assert len(flush()) == 1


@pytest.mark.parametrize("ref", [Ref("a@host", 1, 10**6), Ref("b@host", 9, 1)])
def test_taking_back_a_monitor_that_never_was_does_nothing(ref: Ref) -> None:
    def body() -> None:
        assert not demonitor(ref, flush=True)

    inside(body)()


@inside
def test_monitoring_oneself_brings_nothing() -> None:
    def body() -> None:
        monitor(self())
        exit(self(), "boom")

    assert end_of(body) == "boom"
    assert flush() == []


def test_the_dead_leave_no_trace_with_those_they_watched_or_were_linked_to() -> None:
    node = Solo()
    survivor = node.runtime.spawn(receive)

    def passer_by() -> None:
        trap_exit()
        monitor(survivor.pid)
        link(survivor.pid)
        unlink(survivor.pid)
        ref = monitor(survivor.pid)
        demonitor(ref)

    for _ in range(100):
        node.run(passer_by)
    assert not survivor.watchers
    assert not survivor.links
    assert len(node.runtime.processes) == 1
