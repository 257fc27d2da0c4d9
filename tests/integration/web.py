"""An ASGI application on a node: it answers each request from a server of another node."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn

from pybeam import GenServer, NoReply, PybeamError, aio
from pybeam.runtime.foreign import default_host

Event = dict[str, Any]


class Store(GenServer):
    """Answers `("get", key)`; a key that it does not know only when somebody puts it."""

    def init(self) -> None:
        self.values: dict[str, Any] = {}
        self.waiting: dict[str, list[Any]] = {}

    def handle_call(self, request: Any, from_: Any) -> Any:
        match request:
            case ("get", key):
                if key in self.values:
                    return self.values[key]
                self.waiting.setdefault(key, []).append(from_)
                return NoReply()
            case ("put", key, value):
                self.values[key] = value
                for waiting in self.waiting.pop(key, []):
                    GenServer.reply(waiting, value)
                return "ok"
        return sum(map(len, self.waiting.values()))


class Web:
    """The application.

    Args:
        store: whom it asks.
    """

    def __init__(self, store: tuple[str, str]) -> None:
        self.store = store

    async def __call__(
        self, scope: Event, receive: Callable[[], Awaitable[Event]], send: Callable[[Event], Awaitable[None]]
    ) -> None:
        answer = asyncio.create_task(self.answer(scope["path"].strip("/")))
        leaving = asyncio.create_task(cancel_when_gone(receive, answer))
        try:
            status, text = await answer
        except asyncio.CancelledError:
            return
        finally:
            leaving.cancel()
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": text.encode()})

    async def answer(self, key: str) -> tuple[int, str]:
        try:
            return 200, str(await aio.call(self.store, ("get", key), 20.0))
        except PybeamError as error:
            return 503, str(error)


async def cancel_when_gone(receive: Callable[[], Awaitable[Event]], answer: asyncio.Task[Any]) -> None:
    """ASGI tells of a client that leaves only to who asks."""
    while (await receive())["type"] != "http.disconnect":
        pass
    answer.cancel()


def serve(store: tuple[str, str], port: int) -> None:
    """Serve the application until the end."""
    settings = uvicorn.Config(Web(store), host="127.0.0.1", port=port, loop="asyncio", lifespan="off", log_config=None)
    uvicorn.Server(settings).run()


def open_calls(peer: str) -> int:
    """How many calls this node has open to a peer."""
    network: Any = default_host().runtime.network
    outbox = network._sessions.outbox(peer)
    return len(outbox.calls.callers)
