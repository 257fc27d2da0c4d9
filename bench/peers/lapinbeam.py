"""lapinbeam: an actor of this node, and one of a node in another OS process. Its core is in Rust."""

from __future__ import annotations

import asyncio
import sys
from importlib.metadata import version

import lapinbeam

from bench.side import REQUEST, Readings, announce, end_with_parent, serve_async, timed_async

MESSAGE = list(REQUEST)
"""Tuples do not travel."""


@lapinbeam.actor(name="echo")
class Echo:
    """Answers each request with itself."""

    async def receive(self, message: object) -> None:
        await lapinbeam.current_message().reply(message)


async def started(name: str) -> lapinbeam.Node:
    node = lapinbeam.Node(f"{name}@127.0.0.1:0")
    await node.start()
    lapinbeam.Supervisor(node=node).spawn(Echo)
    return node


async def server() -> None:
    node = await started("bench_peer")
    announce(node.local_id)
    end_with_parent()
    await node.wait_until_stopped()


async def client(peer: str) -> None:
    node = await started("bench")
    await node.connect_peer(peer)
    own = lapinbeam.ActorRef(node, "echo")
    echo = node.get_remote_actor(peer, "echo")

    async def call_local(count: int) -> Readings:
        return await timed_async(count, 1, lambda: own.ask(MESSAGE))

    async def call_remote(count: int, callers: int) -> Readings:
        return await timed_async(count, callers, lambda: echo.ask(MESSAGE))

    await serve_async({"call_local": call_local, "call_remote": call_remote}, version("lapinbeam"))


if __name__ == "__main__":
    asyncio.run(server() if sys.argv[1] == "serve" else client(sys.argv[1]))
