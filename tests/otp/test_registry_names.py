"""Registry.via: a server started under a key and reached by it; and what no registry takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pybeam.errors import AlreadyStarted, NoProcess
from pybeam.otp.gen_server import GenServer
from pybeam.otp.registry import Registry
from pybeam.otp.registry_server import Keys
from pybeam.otp.supervisor import Supervisor
from pybeam.process import (
    exit,
    link,
    monitor,
    receive,
    self,
    send,
    spawn,
    trap_exit,
)
from pybeam.terms import Pid
from pybeam.testing.inside import inside, settle
from tests.otp.registries import duplicate, unique
from tests.otp.scripted import Scripted


@inside
def test_a_server_is_started_and_reached_by_a_key() -> None:
    unique()
    name = Registry.via("names", ("user", 7), "a note")
    server = GenServer.start(Scripted, name=name)
    again = Registry.via("names", ("user", 7))
    assert again == name
    assert GenServer.call(again, "hello") == "hello"
    assert Registry.lookup("names", ("user", 7)) == [(server, "a note")]
    send(again, "a message")
    assert GenServer.call(again, lambda it, from_: it.seen) == ["a message"]
    GenServer.stop(again)
    with pytest.raises(NoProcess):
        GenServer.call(again, "hello")
    GenServer.cast(again, "to nobody")
    send(again, "to nobody")


@inside
def test_a_key_that_is_taken_is_a_name_that_is_taken() -> None:
    unique()
    server = GenServer.start(Scripted, name=Registry.via("names", "a"))
    with pytest.raises(AlreadyStarted) as caught:
        GenServer.start(Scripted, name=Registry.via("names", "a"))
    assert caught.value.pid == server


@inside
def test_a_server_whose_start_fails_leaves_its_key_free() -> None:
    unique()

    def fail(it: Scripted) -> None:
        raise OSError("cannot start")

    name = Registry.via("names", "a")
    with pytest.raises(OSError, match="cannot start"):
        GenServer.start(Scripted, fail, name=name)
    server = GenServer.start(Scripted, name=name)
    assert Registry.lookup("names", "a") == [(server, None)]


@inside
def test_a_restarted_child_has_its_key_again() -> None:
    trap_exit()
    name = Registry.via("names", "a")
    Supervisor.start_link([Registry.child_spec(keys="unique", name="names"), Scripted.child_spec(name=name)])
    [(before, _)] = Registry.lookup("names", "a")
    exit(before, "kill")
    settle()
    [(after, _)] = Registry.lookup("names", "a")
    assert after != before


@pytest.mark.parametrize(
    ("options", "id"), [({}, Registry), ({"name": "names"}, "names"), ({"name": "names", "id": "other"}, "other")]
)
def test_the_id_of_a_registry_among_children(options: dict[str, Any], id: object) -> None:
    assert Registry.child_spec(keys="unique", **options).id == id


@inside
def test_a_linked_server_is_told_of_by_its_key() -> None:
    unique()
    server = GenServer.start(Scripted, name=Registry.via("names", "a"))
    link(server)
    ref = monitor(Registry.via("names", "a"))
    GenServer.stop(server)
    assert receive() == ("DOWN", ref, "process", server, "normal")


# ---------------------------------------------------------------------- bad input


READS: list[Callable[[Any], object]] = [
    lambda registry: Registry.lookup(registry, "a"),
    lambda registry: Registry.register(registry, "a"),
    lambda registry: Registry.unregister(registry, "a"),
    lambda registry: Registry.keys(registry, self()),
    lambda registry: Registry.select(registry),
    lambda registry: Registry.count(registry),
    lambda registry: Registry.meta(registry, "a"),
    lambda registry: GenServer.call(Registry.via(registry, "a"), "hello"),
    lambda registry: GenServer.start(Scripted, name=Registry.via(registry, "a")),
]


@pytest.mark.parametrize("act", READS)
def test_what_is_no_registry_of_this_node_is_refused(act: Callable[[Any], object]) -> None:
    @inside
    def check() -> None:
        with pytest.raises(NoProcess):
            act("nobody")
        for wrong in (("names", "b@host"), 42, None, GenServer.start(Scripted), spawn(receive), Pid("b@host", 9, 1)):
            with pytest.raises(ValueError, match="registry"):
                act(wrong)

    check()


@inside
def test_a_key_must_be_hashable() -> None:
    unique()
    key: Any = [1]
    for act in (Registry.register, Registry.via):
        with pytest.raises(TypeError, match="a key is hashable, unlike \\[1\\]"):
            act("names", key)
    with pytest.raises(TypeError, match="a key is hashable"):
        Registry.put_meta("names", key, 1)


@inside
def test_a_via_needs_unique_keys() -> None:
    duplicate()
    name = Registry.via("topics", "a")
    acts: list[Callable[[], object]] = [lambda: GenServer.call(name, 1), lambda: send(name, 1)]
    acts.append(lambda: GenServer.start(Scripted, name=name))
    for act in acts:
        with pytest.raises(ValueError, match="via needs unique keys"):
            act()


@inside
def test_only_pids_have_keys_and_values() -> None:
    unique()
    nobody: Any = "me"
    with pytest.raises(ValueError, match="a Pid is needed here"):
        Registry.keys("names", nobody)
    with pytest.raises(ValueError, match="a Pid is needed here"):
        Registry.values("names", "a", nobody)
    assert Registry.keys("names", Pid("b@host", 99, self().number)) == []


@pytest.mark.parametrize("keys", ["odd", None, 1])
def test_keys_are_unique_or_duplicate(keys: Keys) -> None:
    for act in (Registry.start_link, Registry.child_spec):
        with pytest.raises(ValueError, match="keys is 'unique' or 'duplicate'"):
            act(keys=keys)


@pytest.mark.parametrize("listeners", ["name", [1], [""]])
def test_listeners_are_names(listeners: Any) -> None:
    with pytest.raises(ValueError, match="listener"):
        Registry.start_link(keys="unique", listeners=listeners)


@inside
def test_a_name_has_one_registry() -> None:
    trap_exit()
    registry = unique()
    with pytest.raises(AlreadyStarted) as caught:
        unique()
    assert caught.value.pid == registry
