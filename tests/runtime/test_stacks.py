"""The room on a process's stack is its own: nobody else's depth takes it, and its end harms nobody."""

from __future__ import annotations

import gc
import weakref
from contextlib import suppress

import pytest

from pybeam.otp.gen_server import GenServer
from pybeam.process import exit as exit_process
from pybeam.process import receive, send, sleep, spawn, spawn_monitor
from pybeam.process import self as me
from pybeam.runtime.switch import running
from pybeam.testing.inside import Solo

LEFT = range(30)
"""How many calls of room a process has left when it waits, at the end of its stack."""


def room(used: int = 0) -> int:
    """How many calls deep one can still go."""
    try:
        return room(used + 1)
    except RecursionError:
        return used


def test_a_chain_of_processes_that_each_start_the_next_one_never_runs_out_of_stack() -> None:
    rooms: dict[int, int] = {}

    def link(n: int) -> None:
        rooms[n] = room()
        sleep(1)  # so that it has a stack of its own when it starts the next one
        if n < 300:
            spawn(link, n + 1)
        receive()

    def story() -> None:
        spawn(link, 0)
        sleep(310)

    Solo().run(story)
    assert len(rooms) == 301 and min(rooms.values()) > 900


def test_servers_that_each_start_the_next_one_never_run_out_of_stack() -> None:
    started = []

    class Starts(GenServer):
        def handle_cast(self, n: int) -> None:
            started.append(n)
            sleep(1)
            if n:
                GenServer.cast(GenServer.start(Starts), n - 1)
            sleep(1000)

    def story() -> None:
        GenServer.cast(GenServer.start(Starts), 200)
        sleep(300)

    Solo().run(story)
    assert started == list(range(200, -1, -1))


def test_what_a_process_ended_with_is_freed_whatever_stack_it_ran_on() -> None:
    class Boom(Exception):
        pass

    booms: list[weakref.ref[Boom]] = []

    def fail() -> None:
        receive()
        receive()
        boom = Boom()
        booms.append(weakref.ref(boom))
        try:
            raise boom
        finally:
            del boom

    def story() -> None:
        pids = [spawn(fail) for _ in range(50)]
        for _ in range(2):
            sleep(1)
            for pid in pids:
                send(pid, "go on")
        sleep(1)

    node = Solo()  # kept, and its stacks with it
    node.run(story)
    gc.collect()  # an exception and its traceback may hold each other
    assert len(booms) == 50
    assert [boom() for boom in booms if boom() is not None] == []


@pytest.mark.parametrize("reason", ["kill", "some reason"])
def test_what_a_sleeping_process_held_is_freed_when_it_is_ended(reason: str) -> None:
    class Held:
        pass

    def story() -> object:
        thing = Held()
        held = weakref.ref(thing)
        pid = spawn(lambda thing: sleep(3600), thing)
        del thing
        sleep(1)
        exit_process(pid, reason)
        sleep(1)
        return held()

    assert Solo().run(story) is None


@pytest.mark.parametrize("left", LEFT)
def test_who_comes_after_one_that_waited_at_the_end_of_its_stack_has_a_whole_one(left: int) -> None:
    def deep(calls: int) -> None:
        if calls:
            return deep(calls - 1)
        spawn(sleep, 0.01)
        receive()

    def begin() -> None:
        sleep(1)
        deep(room() - left)

    def innocent() -> None:
        sleep(0.001)
        sorted([1], key=lambda n: n)

    def story() -> list[object]:
        spawn(begin)
        sleep(2)
        reasons = []
        for _ in range(20):
            spawn_monitor(innocent)
            reasons.append(receive(timeout=2)[4])
        return reasons

    assert Solo().run(story) == ["normal"] * 20


@pytest.mark.parametrize("left", LEFT)
def test_a_wait_that_finds_no_room_leaves_the_next_one_as_it_would_be(left: int) -> None:
    class Slow(GenServer):
        def handle_call(self, request: object, from_: object) -> str:
            sleep(0.1)
            return "the answer"

    answers: list[object] = []

    def deep(calls: int) -> object:
        return deep(calls - 1) if calls else running().receive()

    def victim(server: object) -> None:
        sleep(1)
        spawn(int)
        with suppress(RecursionError):
            deep(room() - left)
        send(me(), "a note")
        answers.append(GenServer.call(server, "a question"))  # type: ignore[arg-type]

    def story() -> None:
        server = GenServer.start(Slow)
        for _ in range(3):
            spawn(sleep, 0.5)
        sleep(0.6)
        pid = spawn(victim, server)
        sleep(2)
        send(pid, "go on")
        sleep(2)

    Solo().run(story)
    assert answers == ["the answer"]
