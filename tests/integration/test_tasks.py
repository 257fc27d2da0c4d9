"""Tasks, agents and registries from plain threads, and between OS processes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from pybeam import Agent, CallTimeout, Registry, ServerDied, Task, TaskSupervisor, process
from pybeam.runtime.foreign import Host
from tests.integration.lab import until
from tests.integration.nodes import House, site_in
from tests.integration.threads import fresh_host, in_threads

pytestmark = pytest.mark.integration


@pytest.fixture
def host() -> Iterator[Host]:
    with fresh_host() as fresh:
        yield fresh


def boom() -> None:
    raise LookupError("boom")


def left() -> Any:
    """What lies in this thread's mailbox once every task has ended."""
    until(lambda: len(process.list()) == 1)
    return process.flush()


# ---------------------------------------------------------------------- threads


@pytest.mark.usefixtures("host")
def test_a_thread_waits_for_its_task_and_keeps_its_mailbox() -> None:
    assert Task.async_(pow, 2, 10).await_() == 1024
    assert Task.async_(pow, 2, 3).yield_() == ("ok", 8)
    assert Task.await_many([Task.async_(pow, 2, n) for n in range(5)]) == [1, 2, 4, 8, 16]
    assert left() == []


@pytest.mark.usefixtures("host")
def test_a_crash_of_its_task_is_an_exception_and_no_more() -> None:
    with pytest.raises(LookupError, match="boom"):
        Task.async_(boom).await_()
    outcome = Task.async_(boom).yield_()
    assert outcome is not None
    assert outcome[0] == "exit"
    assert left() == []


@pytest.mark.usefixtures("host")
def test_a_task_that_was_given_up_leaves_nothing_in_the_mailbox_of_a_thread() -> None:
    with pytest.raises(CallTimeout):
        Task.async_(process.sleep, 0.05).await_(timeout=0.01)
    assert Task.async_(process.sleep, 100).shutdown() is None
    assert left() == []


@pytest.mark.usefixtures("host")
def test_a_task_belongs_to_the_thread_that_started_it() -> None:
    task = Task.async_(pow, 2, 10)
    refused: list[str] = []

    def other() -> None:
        try:
            task.await_()
        except ValueError as error:
            refused.append(str(error))

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    assert "is for its owner to wait for" in refused[0]
    assert task.await_() == 1024


@pytest.mark.usefixtures("host")
def test_many_threads_have_tasks_at_once() -> None:
    def work(number: int) -> None:
        for n in range(20):
            assert Task.async_(lambda a, b: a * b, number, n).await_() == number * n
        assert list(Task.async_stream(range(10), str, max_concurrency=3)) == [("ok", str(n)) for n in range(10)]
        assert process.flush() == []

    in_threads(8, work)


@pytest.mark.usefixtures("host")
def test_a_stream_in_a_thread_tells_of_crashes_and_ends_when_it_is_dropped() -> None:
    outcomes = Task.async_stream([1, 0], lambda n: 1 / n)
    assert [word for word, _ in outcomes] == ["ok", "exit"]
    for outcome in Task.async_stream([0, 100, 100], process.sleep, timeout=None):
        assert outcome == ("ok", None)
        break
    assert left() == []


@pytest.mark.usefixtures("host")
def test_a_thread_uses_an_agent() -> None:
    agent = Agent.start(int)
    in_threads(8, lambda number: [Agent.update(agent, lambda n: n + 1) for _ in range(50)])
    assert Agent.get(agent, lambda n: n) == 400
    with pytest.raises(ServerDied):
        Agent.get(agent, lambda n: n / 0)


@pytest.mark.usefixtures("host")
def test_a_thread_is_registered_until_it_ends() -> None:
    Registry.start_link(keys="duplicate", name="threads")
    in_threads(8, lambda number: Registry.register("threads", "all", number))
    until(lambda: Registry.lookup("threads", "all") == [])
    Registry.register("threads", "all", "main")
    assert Registry.lookup("threads", "all") == [(process.self(), "main")]


# ---------------------------------------------------------------------- OS processes


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[House]]:
    """Two nodes, the second with a task supervisor and an agent."""
    with site_in(tmp_path_factory.mktemp("tasks")) as site:
        houses = site.mesh("a", "b")
        houses[1].does(TaskSupervisor.start_link, name="workers")
        houses[1].does(Agent.start, dict, name="stock")
        yield houses


def run_there(name: str) -> list[object]:
    """Tasks of every fate, on the node `name`; what their owner gets of them."""
    there, step, seen = ("workers", name), 2, list[object]()
    seen.append(TaskSupervisor.async_nolink(there, lambda n: (process.self().node, n + step), 40).await_())
    try:
        TaskSupervisor.async_(there, boom).await_()
    except LookupError as error:
        seen.append(str(error))
    try:
        TaskSupervisor.async_nolink(there, process.sleep, 0.05).await_(timeout=0.01)
    except CallTimeout:
        seen.append("late")
    seen += [word for word, _ in TaskSupervisor.async_stream_nolink(there, [3, 0], lambda n: 6 / n)]
    until(lambda: TaskSupervisor.children(there) == [])
    return [*seen, process.flush()]


def test_tasks_run_on_another_node(pair: list[House]) -> None:
    a, b = pair
    assert a.does(run_there, b.name) == [(b.name, 42), "boom", "late", "ok", "exit", []]


def size_there(name: str) -> int:
    return len(TaskSupervisor.async_nolink(("workers", name), bytes, 5_000_000).await_(timeout=30))


def test_a_large_result_comes_whole(pair: list[House]) -> None:
    a, b = pair
    assert a.does(size_there, b.name) == 5_000_000


def test_an_agent_of_another_node_is_given_lambdas(pair: list[House]) -> None:
    a, b = pair
    stock = ("stock", b.name)
    a.does(Agent.update, stock, lambda kept: kept | {"tea": 1})
    assert a.does(Agent.get, stock, lambda kept: kept) == {"tea": 1}
