"""The process of a thread or a task: it runs one job after the other, and ends with what it stands for."""

from __future__ import annotations

import pytest

from pybeam import GenServer, process
from pybeam.runtime import scheduler
from pybeam.runtime.courier import Courier, Interrupted, Job
from pybeam.testing.inside import Solo
from tests.near_and_far import Counter


def test_a_job_that_is_given_up_before_it_begins_leaves_no_process_behind() -> None:
    # All at once, as when the scheduler was busy while a task was cancelled, cancelled again and ended.
    node = Solo()
    courier = Courier(node.runtime)
    first, second = Job(process.receive), Job(process.receive)
    courier.post(first)
    node.settle()
    courier.give_up(first)
    courier.post(second)
    courier.give_up(second)
    courier.end()
    node.settle()
    assert first.over and second.over
    assert node.runtime.processes == {}


def test_a_job_that_is_given_up_breaks_off_and_the_next_is_run_by_the_same_process() -> None:
    node = Solo()
    courier = Courier(node.runtime)
    first, second = Job(process.receive), Job(process.self)
    courier.post(first)
    node.settle()
    pid = courier.process.pid if courier.process is not None else None
    courier.give_up(first)
    courier.post(second)
    node.settle()
    assert isinstance(first.error, Interrupted)
    assert second.result == pid


def test_a_job_that_is_given_up_while_an_end_that_it_caused_is_carried_out_spoils_no_later_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    node = Solo()
    victim = node.run(GenServer.start, Counter)
    courier = Courier(node.runtime)
    first, second = Job(lambda: process.exit(victim, "kill")), Job(lambda: process.sleep(0))
    monkeypatch.setattr(scheduler, "SLICE", -1)  # a turn ends after each process
    courier.post(first)
    node.runtime.turn()
    assert not first.over
    courier.give_up(first)
    node.settle()
    courier.post(second)
    node.settle()
    assert isinstance(first.error, Interrupted)
    assert second.over and second.error is None
