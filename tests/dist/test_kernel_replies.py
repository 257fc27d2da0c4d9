"""Replies wait for the window as messages do: a peer that stands still does not fill its servers' memory."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pybeam import GenServer
from pybeam.dist.credit import WINDOW
from pybeam.errors import ServerDied
from pybeam.runtime.calls import call
from pybeam.runtime.process import Process
from pybeam.testing.world import SimNode, World

SIZE = 200_000
CALLS = 150


class Library(GenServer):
    """Answers each request with as many characters."""

    def handle_call(self, request: int | tuple[int, str], from_: object) -> str:
        return "x" * (request if isinstance(request, int) else request[0])


@pytest.fixture
def world() -> World:
    return World()


def library(node: SimNode) -> Process:
    pid = node.run(lambda: GenServer.start(Library, name="library"))
    return node.runtime.processes[pid.number]


def asks(where: str, request: object, answers: list[object]) -> Callable[[], None]:
    def run() -> None:
        try:
            answers.append(call(("library", where), request, None))
        except ServerDied as error:
            answers.append(error)

    return run


def stand_still_with_open_calls(world: World, a: SimNode, b: SimNode) -> list[object]:
    """Let `b` make its calls to `a` and stop before it has read an answer."""
    answers: list[object] = []
    for _ in range(CALLS):
        b.spawn(asks(a.name, SIZE, answers))
    b.runtime.turn()
    b.runtime.network.flush()
    b.freeze()
    world.advance(1.0)
    return answers


def connected(world: World) -> tuple[SimNode, SimNode]:
    a, b = world.nodes("a@h", "b@h")
    done: list[bool] = []
    a.runtime.network.connect("b@h", done.append)
    world.advance(1.0)
    assert done == [True]
    return a, b


def queued(a: SimNode, name: str) -> int:
    flow = a.runtime.network._sessions.up[name].flow  # type: ignore[attr-defined]
    return WINDOW - int(flow.space())


def test_what_is_queued_for_a_peer_that_stands_still_is_bounded_and_all_is_answered_in_the_end(world: World) -> None:
    a, b = connected(world)
    library(a)
    answers = stand_still_with_open_calls(world, a, b)
    assert answers == []
    assert WINDOW <= queued(a, "b@h") < WINDOW + 2 * SIZE
    b.thaw()
    world.advance(1.0)
    assert answers == ["x" * SIZE] * CALLS


def test_a_server_that_is_killed_while_its_reply_waits_fails_the_calls_that_it_has_not_answered(world: World) -> None:
    a, b = connected(world)
    server = library(a)
    answers = stand_still_with_open_calls(world, a, b)
    a.runtime.exit_signal(server, server.pid, "kill", by_exit=True)
    b.thaw()
    world.advance(1.0)
    answered = [answer for answer in answers if isinstance(answer, str)]
    failed = [answer for answer in answers if isinstance(answer, ServerDied)]
    assert len(answered) + len(failed) == CALLS and len(answered) * SIZE >= WINDOW and failed


def test_two_nodes_that_call_each_other_with_full_windows_both_ways_come_to_an_end(world: World) -> None:
    a, b = connected(world)
    library(a), library(b)
    answers: list[object] = []
    for _ in range(CALLS):
        a.spawn(asks("b@h", (SIZE, "y" * SIZE), answers))
        b.spawn(asks("a@h", (SIZE, "y" * SIZE), answers))
    world.advance(2.0)
    assert answers == ["x" * SIZE] * (2 * CALLS)
