"""pybeam from asyncio: the loop goes on, errors arrive, and a cancelled call leaves nothing behind."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import pytest

from pybeam import BadRpc, CallTimeout, GenServer, NoProcess, NoReply, aio, node, process
from pybeam.runtime.foreign import Host, default_host, set_default_host

pytestmark = pytest.mark.integration


class Server(GenServer):
    def init(self) -> None:
        self.got: list[object] = []

    def handle_call(self, request: Any, from_: Any) -> Any:
        return NoReply() if request == "never" else self.got if request == "got" else request

    def handle_cast(self, message: Any) -> None:
        self.got.append(message)

    handle_info = handle_cast


@pytest.fixture(autouse=True)
def own_node() -> Iterator[Host]:
    set_default_host(None)
    host = default_host()
    yield host
    host.stop()
    set_default_host(None)


@pytest.fixture
def server() -> str:
    GenServer.start(Server, name="server")
    return "server"


def processes() -> int:
    return len(process.list())


def test_a_call_is_answered_while_the_loop_goes_on(server: str) -> None:
    async def main() -> tuple[object, int]:
        ticks = 0

        async def tick() -> None:
            nonlocal ticks
            while True:
                ticks += 1
                await asyncio.sleep(0.005)

        ticking = asyncio.create_task(tick())
        await aio.rpc(node.self(), process.sleep, 0.2)
        answer = await aio.call(server, "hello")
        ticking.cancel()
        return answer, ticks

    answer, ticks = asyncio.run(main())
    assert answer == "hello"
    assert ticks > 5


def test_a_thousand_calls_at_once_are_all_answered(server: str) -> None:
    async def main() -> list[object]:
        return list(await asyncio.gather(*(aio.call(server, n) for n in range(1000))))

    assert asyncio.run(main()) == list(range(1000))


def test_casts_and_messages_arrive_in_order(server: str) -> None:
    async def main() -> object:
        await aio.cast(server, 1)
        await aio.send(server, 2)
        return await aio.call(server, "got")

    assert asyncio.run(main()) == [1, 2]


def test_errors_arrive_as_themselves(server: str) -> None:
    async def main() -> None:
        with pytest.raises(NoProcess):
            await aio.call("nobody", 1)
        with pytest.raises(CallTimeout):
            await aio.call(server, "never", 0.05)
        with pytest.raises(ZeroDivisionError):
            await aio.rpc(node.self(), "operator:truediv", 1, 0)
        with pytest.raises(RuntimeError, match="StopIteration"):
            await aio.rpc(node.self(), next, iter(()))

    asyncio.run(main())


def test_what_never_raises_does_not(server: str) -> None:
    async def main() -> tuple[object, object, str, bool]:
        bad = await aio.rpc_call("a@nowhere", "os:getpid")
        many = await aio.multicall([node.self(), "a@nowhere"], "operator:neg", 1)
        return bad, many, await aio.ping("a@nowhere"), await aio.connect("a@nowhere")

    assert asyncio.run(main()) == (BadRpc("nodedown"), [-1, BadRpc("nodedown")], "pang", False)


def test_a_cancelled_call_leaves_no_process_and_no_open_call(server: str) -> None:
    before = processes()

    async def main() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(aio.call(server, "never", None), 0.05)

    asyncio.run(main())
    end = time.monotonic() + 5
    while processes() > before and time.monotonic() < end:
        time.sleep(0.01)
    assert processes() == before


def test_a_node_that_stops_ends_the_waiting(server: str, own_node: Host) -> None:
    async def main() -> None:
        waiting = asyncio.create_task(aio.call(server, "never", None))
        await asyncio.sleep(0.05)
        await asyncio.to_thread(own_node.stop)
        with pytest.raises(Exception, match=r"stopped|ended"):
            await asyncio.wait_for(waiting, 5)

    asyncio.run(main())
