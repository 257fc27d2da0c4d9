"""otpylib: a gen_server of this node, on asyncio. Its gen_server cannot be called on another node."""

from __future__ import annotations

import asyncio
from importlib.metadata import version
from typing import Any

from otpylib import gen_server, process
from otpylib.module import OTPModule
from otpylib.module.atoms import GEN_SERVER
from otpylib.runtime import set_runtime
from otpylib.runtime.backends.asyncio_backend import AsyncIOBackend

from bench.side import REQUEST, Readings, serve_async, timed_async


class Echo(metaclass=OTPModule, behavior=GEN_SERVER, version="1.0.0"):  # type: ignore[call-arg]  # the metaclass takes them
    """Answers each request with itself."""

    async def init(self, argument: Any) -> Any:
        return argument

    async def handle_call(self, request: Any, caller: Any, state: Any) -> Any:
        return gen_server.Reply(request), state

    async def handle_cast(self, message: Any, state: Any) -> Any:
        return gen_server.NoReply(), state

    async def handle_info(self, message: Any, state: Any) -> Any:
        return gen_server.NoReply(), state

    async def terminate(self, reason: Any, state: Any) -> None:
        pass


async def call_local(count: int) -> Readings:
    """From a process, as every one of its callers must be."""
    done: asyncio.Future[Readings] = asyncio.get_running_loop().create_future()

    async def caller() -> None:
        try:
            await gen_server.start(Echo, None, name="echo")
            done.set_result(await timed_async(count, 1, lambda: gen_server.call("echo", REQUEST)))
        except Exception as error:
            done.set_exception(error)

    await process.spawn(caller)
    return await done


async def main() -> None:
    backend = AsyncIOBackend()
    await backend.initialize()
    set_runtime(backend)
    await serve_async({"call_local": call_local}, version("otpylib"))


if __name__ == "__main__":
    asyncio.run(main())
