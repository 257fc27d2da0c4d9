"""A task of asyncio as a process: its pid, its mailbox, its ties, its end."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pybeam import GenServer, NoReply, Pid, ReceiveTimeout, Stopped, aio, process
from pybeam.errors import Crash
from pybeam.runtime.foreign import Host
from tests.integration.lab import until
from tests.integration.threads import fresh_host

pytestmark = pytest.mark.integration


class Subscribers(GenServer):
    """Tells who called it what it is cast."""

    def init(self) -> None:
        self.pids: list[Pid] = []

    def handle_call(self, request: Any, from_: Any) -> Any:
        if request == "never":
            return NoReply()
        self.pids.append(from_.pid)
        return from_.pid

    def handle_cast(self, message: Any) -> None:
        for pid in self.pids:
            process.send(pid, message)


@pytest.fixture(autouse=True)
def host() -> Iterator[Host]:
    with fresh_host() as fresh:
        yield fresh


async def started(act: Callable[[], Any]) -> tuple[asyncio.Task[Any], Pid]:
    """A task that tells its pid and then awaits `act()`."""
    told: asyncio.Future[Pid] = asyncio.get_running_loop().create_future()

    async def body() -> Any:
        told.set_result(await aio.self())
        return await act()

    task = asyncio.create_task(body())
    return task, await told


def forever() -> Any:
    return aio.receive()


def test_each_task_is_a_process_of_its_own_and_stays_the_same() -> None:
    async def main() -> None:
        async def twice() -> tuple[Pid, Pid]:
            return await aio.self(), await aio.self()

        pairs = await asyncio.gather(*(asyncio.create_task(twice()) for _ in range(5)))
        assert len({*pairs, (await aio.self(),) * 2}) == 6
        assert all(one == two for one, two in pairs)

    asyncio.run(main())


def test_the_task_is_who_calls_and_gets_what_is_sent_back() -> None:
    async def main() -> None:
        server = await aio.run(GenServer.start, Subscribers)
        assert await aio.call(server, "subscribe") == await aio.self()
        await aio.cast(server, "news")
        assert await aio.receive(timeout=5) == "news"

    asyncio.run(main())


def test_receive_takes_what_matches_and_leaves_the_rest_in_order() -> None:
    async def main() -> None:
        me = await aio.self()
        for message in range(5):
            await aio.send(me, message)
        assert await aio.receive(lambda m: m == 3) == 3
        assert await aio.flush() == [0, 1, 2, 4]
        with pytest.raises(ReceiveTimeout):
            await aio.receive(timeout=0.01)

    asyncio.run(main())


@pytest.mark.parametrize("timeout", [-1, float("nan")])
def test_a_timeout_that_makes_no_sense_is_refused(timeout: float) -> None:
    with pytest.raises(ValueError, match="a timeout is a number of seconds"):
        asyncio.run(aio.receive(timeout=timeout))


def test_a_match_that_raises_raises_in_the_task_and_takes_nothing() -> None:
    async def main() -> None:
        await aio.send(await aio.self(), "kept")
        with pytest.raises(ZeroDivisionError):
            await aio.receive(lambda m: 1 / 0)
        assert await aio.receive(timeout=0) == "kept"

    asyncio.run(main())


def test_a_receive_that_is_cancelled_leaves_the_mailbox_as_it_was() -> None:
    async def main() -> None:
        async def act() -> object:
            with pytest.raises(asyncio.CancelledError):
                await aio.receive(lambda m: m == "b")
            return await aio.flush()

        task, pid = await started(act)
        await asyncio.sleep(0)
        # Without giving the loop a turn: the message is taken, and the task does not know yet.
        for message in "abc":
            process.send(pid, message)
        until(lambda: queue_length(pid) == 2)
        task.cancel()
        assert await task == ["a", "b", "c"]

    asyncio.run(main())


def queue_length(pid: Pid) -> int:
    info = process.info(pid)
    return -1 if info is None else info["message_queue_len"]


def test_a_receive_that_is_cancelled_while_it_waits_takes_nothing() -> None:
    async def main() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.02):
                await aio.receive()
        await aio.send(await aio.self(), "later")
        assert await aio.receive(timeout=5) == "later"

    asyncio.run(main())


def test_a_call_that_is_cancelled_leaves_the_task_its_process() -> None:
    async def main() -> None:
        server = await aio.run(GenServer.start, Subscribers)
        me = await aio.self()
        for _ in range(20):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.001):
                    await aio.call(server, "never", None)
            assert await aio.self() == me

    asyncio.run(main())


def test_a_task_that_ends_takes_its_process_along() -> None:
    async def main() -> None:
        task, pid = await started(lambda: asyncio.sleep(0))
        await task
        await asyncio.to_thread(until, lambda: not process.alive(pid))

    asyncio.run(main())


def raises() -> Any:
    raise KeyError("lost")


@pytest.mark.parametrize(
    ("act", "cancel", "reason"),
    [
        (lambda: asyncio.sleep(0), False, "normal"),
        (forever, True, "shutdown"),
        (raises, False, Crash("KeyError", "'lost'", "", None)),
    ],
)
def test_who_is_tied_to_a_task_hears_how_it_ended(act: Callable[[], Any], cancel: bool, reason: object) -> None:
    async def main() -> None:
        go = asyncio.Event()

        async def later() -> Any:
            await go.wait()
            return await act()

        task, pid = await started(later)
        ref = await aio.monitor(pid)
        go.set()
        await asyncio.sleep(0.01)
        if cancel:
            task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        down = await aio.receive(timeout=5)
        assert down[:4] == ("DOWN", ref, "process", pid)
        assert str(down[4]) == str(reason)

    asyncio.run(main())


def test_a_linked_process_ends_with_the_task_that_is_cancelled() -> None:
    async def main() -> None:
        children: list[Pid] = []

        async def act() -> None:
            children.append(await aio.spawn_link(process.receive))
            await aio.receive()

        task, _ = await started(act)
        while not children:
            await asyncio.sleep(0.001)
        task.cancel()
        ref = await aio.monitor(children[0])
        down = await aio.receive(timeout=5)
        assert down == ("DOWN", ref, "process", children[0], down[4])
        assert down[4] in ("shutdown", "noproc")

    asyncio.run(main())


def test_the_end_of_a_linked_process_is_a_message_to_the_task() -> None:
    async def main() -> None:
        child = await aio.spawn_link(process.receive)
        await aio.exit(child, "boom")
        assert await aio.receive(timeout=5) == ("EXIT", child, "boom")
        await aio.link(child)
        assert await aio.receive(timeout=5) == ("EXIT", child, "noproc")

    asyncio.run(main())


def test_unlink_and_demonitor_leave_no_message() -> None:
    async def main() -> None:
        child = await aio.spawn_link(process.receive)
        watched, ref = await aio.spawn_monitor(process.receive)
        await aio.unlink(child)
        assert await aio.demonitor(ref)
        for pid in (child, watched, await aio.spawn(process.receive)):
            await aio.exit(pid, "kill")
        assert await aio.flush() == []

    asyncio.run(main())


def test_a_task_whose_process_is_killed_is_told_and_gets_a_new_one() -> None:
    async def main() -> None:
        async def act() -> Pid:
            with pytest.raises(Stopped, match="was ended"):
                await aio.receive()
            return await aio.self()

        task, pid = await started(act)
        await aio.exit(pid, "kill")
        assert await asyncio.wait_for(task, 5) != pid

    asyncio.run(main())


def test_a_loop_that_is_dropped_in_the_middle_leaves_no_process() -> None:
    def drop() -> None:
        loop = asyncio.new_event_loop()
        task = loop.create_task(aio.receive())
        loop.call_later(0.02, loop.stop)
        loop.run_forever()
        task._log_destroy_pending = False  # type: ignore[attr-defined]
        loop.close()

    before = len(process.list())
    drop()
    gc.collect()
    until(lambda: len(process.list()) == before)


def test_loops_of_many_threads_can_talk_to_each_other() -> None:
    async def answer() -> None:
        pids.append(await aio.self())
        sender, message = await aio.receive(timeout=5)
        await aio.send(sender, message + 1)

    async def main() -> list[object]:
        me = await aio.self()
        for n, pid in enumerate(pids):
            await aio.send(pid, (me, n))
        return sorted([await aio.receive(timeout=5) for _ in pids])

    pids: list[Pid] = []
    threads = [threading.Thread(target=asyncio.run, args=(answer(),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    until(lambda: len(pids) == 4)
    assert asyncio.run(main()) == [1, 2, 3, 4]
    for thread in threads:
        thread.join(5)


def test_outside_a_task_there_is_a_clear_error() -> None:
    async def ask(told: asyncio.Future[None]) -> None:
        def without_a_task() -> None:
            try:
                aio.self().send(None)
            except RuntimeError as error:
                told.set_exception(error)

        asyncio.get_running_loop().call_soon(without_a_task)

    async def main() -> None:
        told: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        await ask(told)
        with pytest.raises(RuntimeError, match="from a task of asyncio"):
            await told

    asyncio.run(main())
