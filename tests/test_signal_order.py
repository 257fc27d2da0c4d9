"""From one process to another all signals share one order: messages of every size, exits, monitors, ends.

The rule is Erlang's (reference manual, Processes, "Signals"): of two signals between the same two
processes, the first sent is the first received.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pybeam import GenServer, Pid, node, process
from pybeam.testing.world import World
from tests.ties import A, B

LARGE = 400_000
"""Bytes that leave in fragments."""

ACTS = st.lists(st.sampled_from(["small", "large", "buffer", "exit", "call"]), min_size=1, max_size=12)


class Diary(GenServer):
    """Writes down what reaches it, and in which order."""

    def init(self) -> None:
        process.trap_exit()
        self.entries: list[Any] = []

    def handle_call(self, request: Any, from_: Any) -> Any:
        if request == "read":
            return self.entries
        self.entries.append(request)
        return None

    def handle_info(self, message: Any) -> None:
        self.entries.append(message)


def brief(message: Any) -> Any:
    """A message without its ballast, or the number of an exit signal."""
    return message[2] if message[0] == "EXIT" else message[0] if isinstance(message, tuple) else message


def speak(to: Pid, acts: Sequence[str]) -> None:
    for number, act in enumerate(acts):
        if act == "small":
            process.send(to, (number,))
        elif act == "large":
            process.send(to, (number, ["x" * LARGE]))
        elif act == "buffer":
            process.send(to, (number, bytes(LARGE)))
        elif act == "exit":
            process.exit(to, number)
        else:
            GenServer.call(to, (number,))


@settings(max_examples=60, deadline=None)
@given(ACTS, st.booleans(), st.integers(0, 9))
def test_whatever_one_process_sends_to_another_arrives_in_order(
    acts: list[str], first_contact: bool, seed: int
) -> None:
    world = World(seed)
    a, b = world.nodes(A, B)
    diary = b.run(GenServer.start, Diary)
    if not first_contact:
        a.run(node.connect, B)

    def body() -> None:
        process.trap_exit()
        process.link(diary)
        speak(diary, acts)
        process.exit("the end")

    speaker = a.spawn(body)
    world.advance(30.0)
    entries: Any = b.run(GenServer.call, diary, "read")
    assert [brief(entry) for entry in entries] == [*range(len(acts)), "the end"]
    assert entries[-1] == ("EXIT", speaker.pid, "the end")


@pytest.mark.parametrize("ballast", [0, LARGE])
def test_the_last_words_of_a_process_come_before_the_news_of_its_end(ballast: int) -> None:
    world = World()
    a, b = world.nodes(A, B)

    def last_words(to: Pid) -> None:
        process.send(to, ("words", "x" * ballast))

    def body() -> list[Any]:
        _, ref = node.spawn_monitor(B, last_words, process.self())
        first, second = process.receive(timeout=9.0), process.receive(timeout=9.0)
        assert second[:2] == ("DOWN", ref)
        return [first[0], second[4]]

    assert a.run(body) == ["words", "normal"]
    assert b.runtime.processes


class Hasty(GenServer):
    """Says something, and links, before there is a connection; a link to the dead is its end."""

    def init(self, to: Pid, gone: Pid) -> None:
        process.link(gone)
        process.send(to, "words")
        process.link(to)


def test_what_a_process_had_said_comes_before_its_end_by_a_link_that_could_not_be() -> None:
    world = World()
    a, b = world.nodes(A, B)
    diary = b.run(GenServer.start, Diary)
    gone = Pid(B, b.runtime.creation + 1, 1)
    hasty = a.run(GenServer.start, Hasty, diary, gone)
    world.advance(1.0)
    assert b.run(GenServer.call, diary, "read") == ["words", ("EXIT", hasty, "noproc")]
    assert a.run(process.alive, hasty) is False


def test_an_exit_signal_and_then_a_call_finds_nobody() -> None:
    world = World()
    a, b = world.nodes(A, B)
    diary = b.run(GenServer.start, Diary)

    def body() -> None:
        process.exit(diary, "kill")
        with pytest.raises(Exception, match="no process"):
            GenServer.call(diary, "read")

    a.run(body)
