"""The garbage collector while a node runs: what is frozen is thawed again, and its garbage collected."""

from __future__ import annotations

import gc
import os
import weakref
from collections.abc import Iterator

import pytest

from pybeam import GenServer, process, stop_node
from pybeam.runtime import collector
from pybeam.runtime.foreign import Host
from tests.integration.lab import until
from tests.integration.threads import fresh_host

pytestmark = pytest.mark.integration

Settings = tuple[object, bool, int, int]


class Knot:
    """Garbage that only the collector can find, once nobody holds it."""

    def __init__(self) -> None:
        self.self = self


def settings() -> Settings:
    # Frozen objects may be freed meanwhile, of those that the interpreter itself has frozen as well.
    return gc.get_threshold(), gc.isenabled(), len(gc.callbacks), gc.get_freeze_count() // collector.SOMEBODYS


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Whatever a test does, and however it ends, the collector is then as it was."""
    stop_node()
    before = settings()
    yield
    assert settings() == before


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    """A node for which every full collection is too long."""
    monkeypatch.setenv("PYBEAM_LONG_COLLECTION", "1e-9")
    monkeypatch.setattr(collector, "REST", 0.1)
    monkeypatch.setattr(collector, "SHARE", 0)
    with fresh_host() as fresh:
        process.sleep(0)
        yield fresh


def collect() -> None:
    gc.collect(0)  # so that few objects are new, and the next is seen to be asked for
    gc.collect()


def grow() -> list[list[object]]:
    """So many objects that a full collection comes by itself."""
    runs = [0]
    gc.callbacks.append(count := lambda phase, info: runs.append(info["generation"]))
    kept: list[list[object]] = []
    while 2 not in runs:
        kept.append([])
    gc.callbacks.remove(count)
    return kept


def test_what_a_long_collection_has_left_is_frozen_until_the_node_stops(host: Host) -> None:
    before = gc.get_freeze_count()
    collect()
    assert gc.get_freeze_count() > before + 10_000
    host.stop()
    assert gc.get_freeze_count() == 0


def test_garbage_made_before_a_freeze_is_collected_when_that_is_asked_for(host: Host) -> None:
    knot = Knot()
    gone = weakref.ref(knot)
    collect()
    del knot
    assert gone() is not None
    collect()
    assert gone() is None


def test_garbage_made_after_a_freeze_is_collected_as_ever(host: Host) -> None:
    collect()
    gone = weakref.ref(Knot())
    gc.collect(1)
    assert gone() is None


def test_garbage_that_was_frozen_is_collected_when_the_node_rests(host: Host) -> None:
    knot = Knot()
    gone = weakref.ref(knot)
    collect()
    kept = grow()
    del knot
    process.sleep(0)  # the node hears that something is due
    until(lambda: gone() is None)
    assert kept


def test_garbage_that_was_frozen_is_collected_when_much_more_is_frozen(
    monkeypatch: pytest.MonkeyPatch, host: Host
) -> None:
    monkeypatch.setattr(collector, "REST", 3600.0)
    knot = Knot()
    gone = weakref.ref(knot)
    collect()
    del knot
    kept = [grow()]
    while gone() is not None:
        kept.append(grow())
        assert sum(map(len, kept)) < 5_000_000


def test_garbage_that_was_frozen_is_collected_after_the_node_has_stopped(host: Host) -> None:
    knot = Knot()
    gone = weakref.ref(knot)
    collect()
    del knot
    host.stop()
    gc.collect()
    assert gone() is None


def test_servers_that_end_are_freed_though_they_were_frozen(host: Host) -> None:
    class Idle(GenServer):
        pass

    servers = process.run(lambda: [GenServer.start(Idle) for _ in range(100)])
    gone = weakref.ref(host.runtime.processes[servers[0].number].behaviour)
    collect()
    process.run(lambda: [GenServer.stop(server) for server in servers])
    assert gone() is None


def test_a_busy_node_is_left_alone_until_it_rests(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collector, "CALM", -1)
    knot = Knot()
    gone = weakref.ref(knot)
    collect()
    kept = grow()
    del knot
    process.sleep(0.5)
    assert gone() is not None
    monkeypatch.setattr(collector, "CALM", 50)
    until(lambda: gone() is None)
    assert kept


def test_a_program_that_has_switched_the_collector_off_gets_no_collection(host: Host) -> None:
    collect()
    kept = grow()
    gc.disable()
    try:
        knot = Knot()
        gone = weakref.ref(knot)
        del knot
        process.sleep(0.5)
        assert gone() is not None
    finally:
        gc.enable()
    assert kept


def test_a_setting_of_zero_leaves_the_collector_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYBEAM_LONG_COLLECTION", "0")
    before = settings()
    with fresh_host():
        process.sleep(0)
        assert settings() == before


def test_a_program_that_freezes_objects_itself_is_left_alone() -> None:
    gc.freeze()
    try:
        before = settings()
        with fresh_host():
            process.sleep(0)
            assert settings() == before
    finally:
        gc.unfreeze()


def test_the_child_of_a_fork_has_the_collector_as_it_was(host: Host) -> None:
    collect()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        for act in host.in_forked_child:
            act()
        os.write(writing, repr((gc.get_freeze_count(), len(gc.callbacks))).encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writing)
    with open(reading, "rb") as said:
        assert said.read() == repr((0, len(gc.callbacks) - 1)).encode()
