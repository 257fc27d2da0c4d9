"""Registry: who is found under which key, and what happens when somebody ends."""

from __future__ import annotations

from typing import Any

import pytest

from pybeam.errors import AlreadyStarted, NoProcess
from pybeam.otp.registry import Registry
from pybeam.otp.registry_server import found
from pybeam.process import (
    alive,
    exit,
    flush,
    info,
    monitor,
    receive,
    register,
    self,
    send,
    spawn,
    spawn_link,
    trap_exit,
    whereis,
)
from pybeam.runtime.switch import running
from pybeam.terms import Pid
from pybeam.testing.inside import inside, settle
from pybeam.testing.world import World
from tests.otp.registries import duplicate, registered, unique


@inside
def test_who_registers_is_found() -> None:
    unique()
    Registry.register("names", "a", 1)
    assert Registry.lookup("names", "a") == [(self(), 1)]
    assert Registry.lookup("names", "b") == []
    assert Registry.keys("names", self()) == ["a"]
    assert Registry.values("names", "a", self()) == [1]
    assert Registry.count("names") == 1


@inside
def test_a_registry_is_also_known_by_its_pid() -> None:
    registry = Registry.start_link(keys="unique")
    Registry.register(registry, "a", 1)
    assert Registry.lookup(registry, "a") == [(self(), 1)]


@inside
def test_a_unique_key_has_one_owner() -> None:
    unique()
    owner = registered("names", "a", 1)
    with pytest.raises(AlreadyStarted) as caught:
        Registry.register("names", "a", 2)
    assert caught.value.pid == owner
    assert Registry.lookup("names", "a") == [(owner, 1)]


@inside
def test_not_even_its_owner_may_take_it_twice() -> None:
    unique()
    Registry.register("names", "a", 1)
    with pytest.raises(AlreadyStarted) as caught:
        Registry.register("names", "a", 2)
    assert caught.value.pid == self()


@inside
def test_a_duplicate_key_has_any_number_in_the_order_of_registration() -> None:
    duplicate()
    Registry.register("topics", "a", 1)
    other = registered("topics", "a", 2)
    Registry.register("topics", "a", 3)
    assert Registry.lookup("topics", "a") == [(self(), 1), (other, 2), (self(), 3)]
    assert Registry.keys("topics", self()) == ["a", "a"]
    assert Registry.values("topics", "a", self()) == [1, 3]


@inside
def test_unregister_takes_all_of_ones_own_and_nothing_else() -> None:
    duplicate()
    other = registered("topics", "a", 2)
    for value in (1, 3):
        Registry.register("topics", "a", value)
    Registry.unregister("topics", "a")
    Registry.unregister("topics", "nothing")
    assert Registry.lookup("topics", "a") == [(other, 2)]


@inside
def test_unregister_match_looks_at_the_value() -> None:
    duplicate()
    for value in (1, 2, 3):
        Registry.register("topics", "a", value)
    Registry.unregister_match("topics", "a", lambda value: value != 2)
    assert Registry.values("topics", "a", self()) == [2]


@inside
def test_others_may_register_while_a_match_of_unregister_waits() -> None:
    topics = duplicate()
    Registry.register(topics, "a", 1)

    def waits(value: int) -> bool:
        registered("topics", "a", 2)
        Registry.unregister(topics, "a")
        return True

    Registry.unregister_match(topics, "a", waits)
    assert [value for _, value in Registry.lookup(topics, "a")] == [2]


@inside
def test_a_process_that_has_ended_is_not_found_when_its_down_arrives() -> None:
    unique()
    pid = registered("names", "a")
    refs = [monitor(pid)]
    exit(pid, "kill")
    assert receive(lambda message: message[1] in refs)[3] == pid
    assert Registry.lookup("names", "a") == Registry.keys("names", pid) == Registry.select("names") == []
    assert Registry.values("names", "a", pid) == []
    assert Registry.count("names") == 0
    Registry.register("names", "a", "mine now")
    settle()
    assert Registry.lookup("names", "a") == [(self(), "mine now")]


@inside
def test_nothing_is_kept_of_those_who_ended() -> None:
    registry = unique()
    pids = [registered("names", number) for number in range(5)]
    for pid in pids:
        exit(pid, "kill")
    settle()
    links = info(registry)
    assert links is not None
    assert links["links"] == [self()]
    assert held_by(registry) == (0, 0, 0)


def held_by(registry: Pid) -> tuple[int, ...]:
    """How many keys, owners and links it knows, those of the dead included."""
    server, table = found(running().runtime, registry)
    return len(table._by_key), len(table._by_owner), len(server._linked)


@inside
def test_a_registry_takes_those_in_it_along() -> None:
    trap_exit()
    registry = unique()
    pid = registered("names", "a")
    exit(registry, "kill")
    settle()
    assert not alive(pid)
    with pytest.raises(NoProcess):
        Registry.lookup("names", "a")


@inside
def test_who_has_another_key_left_still_depends_on_it() -> None:
    trap_exit()
    registry = unique()

    def stay() -> None:
        for key in ("a", "b"):
            Registry.register("names", key)
        Registry.unregister("names", "a")
        receive()

    pid = spawn(stay)
    settle()
    exit(registry, "kill")
    settle()
    assert not alive(pid)


@inside
def test_the_key_of_one_that_was_told_to_end_can_be_had_at_once() -> None:
    unique()
    exit(registered("names", "a"), "kill")
    Registry.register("names", "a", "mine")
    settle()
    assert Registry.lookup("names", "a") == [(self(), "mine")]


@inside
def test_a_registry_that_is_about_to_begin_is_not_there_yet() -> None:
    me = self()

    def look() -> None:
        with pytest.raises(NoProcess):
            Registry.lookup("names", "a")
        send(me, whereis("names"))

    spawn(look)
    registry = unique()
    assert receive() == registry
    assert Registry.lookup("names", "a") == []


@inside
def test_who_has_unregistered_is_free_of_it() -> None:
    trap_exit()
    registry = unique()

    def visit() -> None:
        Registry.register("names", "a")
        Registry.unregister("names", "a")
        receive()

    pid = spawn(visit)
    settle()
    exit(registry, "kill")
    settle()
    assert alive(pid)


@inside
def test_who_started_it_stays_linked_after_unregistering() -> None:
    trap_exit()
    registry = unique()
    Registry.register("names", "a")
    Registry.unregister("names", "a")
    exit(registry, "kill")
    assert receive(timeout=1) == ("EXIT", registry, "killed")


@inside
def test_neither_a_message_nor_an_exit_signal_of_a_living_one_takes_it_out() -> None:
    registry = unique()
    pid = registered("names", "a")
    send(registry, ("EXIT", pid, "normal"))
    for message in ("hello", "yes", ("EXIT", pid), ("EXIT", pid, "normal", "more"), 42):
        send(registry, message)
    send(registry, ("EXIT", Pid("b@host", 99, pid.number), "normal"))
    spawn_link(lambda: exit(registry, "whatever"))
    settle()
    assert [owner for owner, _ in Registry.lookup("names", "a")] == [pid]


@inside
def test_update_value_is_for_ones_own_unique_key() -> None:
    unique(), duplicate()
    Registry.register("names", "a", 1)
    assert Registry.update_value("names", "a", lambda value: value + 1) == (2, 1)
    assert Registry.lookup("names", "a") == [(self(), 2)]
    registered("names", "b")
    for key in ("b", "nobody's"):
        with pytest.raises(LookupError, match="is not registered under"):
            Registry.update_value("names", key, str)
    with pytest.raises(ValueError, match="update_value needs unique keys"):
        Registry.update_value("topics", "a", str)


@inside
def test_a_value_stays_when_its_update_raises() -> None:
    unique()
    Registry.register("names", "a", 1)
    with pytest.raises(ZeroDivisionError):
        Registry.update_value("names", "a", lambda value: value / 0)
    assert Registry.lookup("names", "a") == [(self(), 1)]


@inside
def test_match_and_select_filter() -> None:
    duplicate()
    me = self()
    for key, value in [("a", 1), ("a", 2), ("b", 3)]:
        Registry.register("topics", key, value)
    assert Registry.match("topics", "a", lambda value: value > 1) == [(me, 2)]
    assert Registry.select("topics") == [("a", me, 1), ("a", me, 2), ("b", me, 3)]
    assert Registry.select("topics", lambda key, pid, value: value % 2) == [("a", me, 1), ("b", me, 3)]


@inside
def test_dispatch_hands_all_to_a_function_of_the_caller() -> None:
    duplicate()
    Registry.register("topics", "a", 1)
    Registry.register("topics", "a", 2)
    calls: list[Any] = []
    Registry.dispatch("topics", "a", lambda entries: calls.append((self(), entries)))
    Registry.dispatch("topics", "nobody's", calls.append)
    assert calls == [(self(), [(self(), 1), (self(), 2)])]


@inside
def test_listeners_hear_of_coming_and_going_but_not_of_ends() -> None:
    register("listener", self())
    Registry.start_link(keys="unique", name="names", listeners=["listener", "nobody"])

    def visit() -> None:
        Registry.register("names", "a", 1)
        Registry.register("names", "b", 2)
        Registry.unregister("names", "a")

    pid = spawn(visit)
    settle()
    assert flush() == [
        ("register", "names", "a", pid, 1),
        ("register", "names", "b", pid, 2),
        ("unregister", "names", "a", pid),
    ]


@inside
def test_a_registry_without_a_name_tells_its_pid() -> None:
    register("listener", self())
    registry = Registry.start_link(keys="unique", listeners=["listener"])
    Registry.register(registry, "a")
    assert receive() == ("register", registry, "a", self(), None)


@inside
def test_notes_are_kept_with_it() -> None:
    Registry.start_link(keys="unique", name="names", meta={"since": 1})
    assert Registry.meta("names", "since") == 1
    assert Registry.meta("names", "until", "ever") == "ever"
    Registry.put_meta("names", "until", 2)
    assert Registry.meta("names", "until", "ever") == 2
    Registry.delete_meta("names", "until")
    Registry.delete_meta("names", "until")
    assert Registry.meta("names", "until") is None


def test_each_node_has_registries_of_its_own() -> None:
    a, b = World().nodes("a@host", "b@host")
    for node in (a, b):
        node.spawn(lambda: (unique(), Registry.register("names", "a"), receive()))
    a.world.settle()
    [(at_a, _)] = a.run(Registry.lookup, "names", "a")
    [(at_b, _)] = b.run(Registry.lookup, "names", "a")
    assert (at_a.node, at_b.node) == ("a@host", "b@host")
