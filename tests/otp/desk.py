"""Three nodes with a desk each, which forwards what it is told to: for the tests of `Forward`."""

from __future__ import annotations

from typing import Any

from pybeam import Fail, Forward, GenServer, NoReply, send
from pybeam.process import exit, sleep, whereis
from pybeam.testing.world import SimNode, World

A, B, C = "a@host", "b@host", "c@host"


class Unpicklable:
    def __reduce__(self) -> Any:
        raise TypeError("not to be pickled")


class Unloadable:
    def __reduce__(self) -> Any:
        return int, ("no number",)


class Desk(GenServer):
    """Forwards what says so, and answers the rest."""

    def init(self) -> None:
        self.went_on: list[Any] = []

    def handle_call(self, request: Any, from_: Any) -> Any:
        match request:
            case ("to", server, inner):
                return Forward(server, inner)
            case ("to", server, inner, then):
                return Forward(server, inner, then)
            case "went on":
                return self.went_on
            case ("wait", seconds):
                sleep(seconds)
            case "never":
                return NoReply()
            case "fail":
                return Fail(KeyError("no such key"))
            case "crash":
                raise ValueError("boom")
            case ("again", 0, inner):
                return self.handle_call(inner, from_)
            case ("again", times, inner):
                return Forward(self._process.pid, ("again", times - 1, inner))
            case ("let", server):
                send(server, from_)
                return NoReply()
            case "unpicklable":
                return Unpicklable()
            case ("ask", server, inner):
                return GenServer.call(server, inner)
        return request, self._process.runtime.name

    def handle_info(self, message: Any) -> None:
        GenServer.reply(message, "by another")

    def handle_continue(self, arg: Any) -> None:
        match arg:
            case ("ask", server, inner):
                self.went_on.append(GenServer.call(server, inner))
            case _:
                self.went_on.append(arg)


def town() -> World:
    """Three nodes, each with a desk and another."""
    world = World()
    for node in world.nodes(A, B, C):
        node.run(lambda: GenServer.start(Desk, name="desk"))
        node.run(lambda: GenServer.start(Desk, name="other"))
    return world


def node(world: World, name: str) -> SimNode:
    return next(node for node in world.running if node.name == name)


def ask(*way: str, request: Any, timeout: float | None = 5.0) -> Any:
    """Ask the desk of the last node of `way`, by way of those of the others."""
    *others, last = way
    first = ("desk", way[0])
    for place in reversed([*others[1:], last] if others else []):
        request = ("to", ("desk", place), request)
    return GenServer.call(first, request, timeout)


def kill(name: str) -> None:
    """Kill the process of that name, if there is one."""
    pid = whereis(name)
    if pid is not None:
        exit(pid, "kill")


def kept(world: World) -> int:
    """What the nodes remember of calls that they made, owe, or have forwarded."""
    count = 0
    for each in world.running:
        runtime = each.runtime
        peers = runtime.network._sessions._peers.values()  # type: ignore[attr-defined]  # a Kernel
        calls = [peer.outbox.calls for peer in peers]
        count += sum(len(each.callers) + len(each._early) for each in calls)
        count += len(runtime.promises) + len(runtime.receipts._calls)
        count += sum(len(process.deferred or ()) for process in runtime.processes.values())
    return count
