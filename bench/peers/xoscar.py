"""xoscar: an actor of this pool, and one of a pool in another OS process."""

from __future__ import annotations

import asyncio
import socket
import sys
import time
from importlib.metadata import version

import xoscar

from bench.side import REQUEST, AsyncTask, Readings, announce, end_with_parent, serve_async, timed_async


class Echo(xoscar.Actor):
    """Answers each request with itself."""

    async def echo(self, request: object) -> object:
        return request


def free_address() -> str:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return f"127.0.0.1:{probe.getsockname()[1]}"


async def server() -> None:
    pool = await xoscar.create_actor_pool(free_address(), n_process=0)
    await xoscar.create_actor(Echo, address=pool.external_address, uid="echo")
    announce(pool.external_address)
    end_with_parent()
    await pool.join()


async def client(address: str) -> None:
    pool = await xoscar.create_actor_pool(free_address(), n_process=0)
    own = await xoscar.create_actor(Echo, address=pool.external_address, uid="own")
    other = await xoscar.actor_ref(address=address, uid="echo")

    async def call_local(count: int) -> Readings:
        return await timed_async(count, 1, lambda: own.echo(REQUEST))

    async def call_remote(count: int, callers: int) -> Readings:
        return await timed_async(count, callers, lambda: other.echo(REQUEST))

    async def cast_remote(count: int) -> Readings:
        start = time.perf_counter()
        for _ in range(count):
            await other.echo.tell(REQUEST)
        await other.echo(REQUEST)
        return {"each": (time.perf_counter() - start) / count}

    async def spawn(count: int) -> Readings:
        async def turn() -> None:
            await xoscar.destroy_actor(await xoscar.create_actor(Echo, address=pool.external_address))

        return await timed_async(count, 1, turn)

    tasks: dict[str, AsyncTask] = {
        "call_local": call_local,
        "call_remote": call_remote,
        "cast_remote": cast_remote,
        "spawn": spawn,
    }
    await serve_async(tasks, version("xoscar"))


if __name__ == "__main__":
    asyncio.run(server() if sys.argv[1] == "serve" else client(sys.argv[1]))
