"""Applications together: what one needs starts first, settings, which run, and what the end of one brings with it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybeam import application, rpc
from pybeam.errors import AlreadyStarted, NoProcess
from pybeam.otp import application_root
from pybeam.otp.application import Application, name_of
from pybeam.otp.child import ChildSpec
from pybeam.otp.dependencies import start_order
from pybeam.otp.gen_server import GenServer
from pybeam.process import exit, list, sleep, spawn, whereis
from pybeam.runtime.signals import From
from pybeam.testing.inside import inside, settle
from pybeam.testing.world import World
from tests.otp.family import pid_of


class Teller(GenServer):
    """Tells what it was given, and ends as it is told."""

    def init(self, word: object) -> None:
        self.word = word

    def handle_call(self, request: Any, from_: From) -> Any:
        return self.word

    def handle_cast(self, message: Any) -> Any:
        return message


DIARY: Any = []


class Noted(Application):
    """Writes its name when it starts and, with a minus, when it has stopped."""

    fails = False
    env: Mapping[str, Any] = {"word": "default", "other": 1}
    max_restarts = 0

    def before_start(self) -> None:
        DIARY.append(type(self).__name__)
        if self.fails:
            raise OSError("no disk")

    def after_stop(self) -> None:
        DIARY.append(f"-{type(self).__name__}")

    def children(self) -> Any:
        name = type(self).__name__.lower()
        return [ChildSpec(name, lambda: GenServer.start_link(Teller, self.env["word"], name=name))]


class Log(Noted):
    pass


class Store(Noted):
    applications = (Log,)


class Web(Noted):
    applications = (
        Store,
        Log,
    )


@pytest.fixture(autouse=True)
def diary() -> Any:
    DIARY.clear()
    return DIARY


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Whether a node was to end."""
    told: Any = []
    monkeypatch.setattr(application_root, "end_node", lambda: told.append(True))
    return told


def running() -> Any:
    return [info.name.rpartition(":")[2] for info in application.which_applications()]


# ---------------------------------------------------------------------- what one needs


def test_what_it_needs_is_started_first_and_once_and_all_is_stopped_in_reverse(diary: Any) -> None:
    @inside
    def story() -> None:
        Web().start()
        assert diary == ["Log", "Store", "Web"]
        assert running() == ["Log", "Store", "Web"]
        application.stop_all()
        assert diary[3:] == ["-Web", "-Store", "-Log"]
        assert running() == []

    story()


@inside
def test_what_runs_already_is_left_as_it_is() -> None:
    Log().start({"word": "first"})
    Web().start()
    assert GenServer.call("log", "?") == "first"
    assert DIARY == ["Log", "Store", "Web"]


@inside
def test_to_stop_one_leaves_what_it_needs_running() -> None:
    web = Web().start()
    web.stop()
    assert running() == ["Log", "Store"]
    application.stop(Store)
    application.stop(name_of(Log))
    assert running() == []


@inside
def test_an_instance_among_what_is_needed_brings_its_settings() -> None:
    store = Store()
    store.env = {"word": "of the instance"}

    class Own(Noted):
        applications = (store,)

    Own().start()
    assert GenServer.call("store", "?") == "of the instance"


def test_when_one_cannot_start_those_started_with_it_are_stopped_again(diary: Any) -> None:
    class Broken(Noted):
        applications = (Log,)
        fails = True

    class Top(Noted):
        applications = (
            Store,
            Broken,
        )

    @inside
    def story() -> None:
        Log().start()
        before = list()
        with pytest.raises(OSError, match="no disk") as caught:
            Top().start()
        assert any("Broken was started, which" in note for note in caught.value.__notes__)
        assert diary == ["Log", "Store", "Broken", "-Store"], "what ran before goes on"
        assert list() == before

    story()


@inside
def test_a_circle_is_named_and_nothing_is_started() -> None:
    class A(Noted):
        pass

    class B(Noted):
        applications = (A,)

    A.applications = (B,)
    with pytest.raises(ValueError, match=r"circle: .*A -> .*B -> .*A$"):
        A().start()
    assert DIARY == [] == running()


@pytest.mark.parametrize("needed", [None, "Log", GenServer, 42])
def test_what_is_no_application_cannot_be_needed(needed: Any) -> None:
    class Odd(Noted):
        applications = (needed,)

    @inside
    def story() -> None:
        with pytest.raises(TypeError, match="an Application is needed here"):
            Odd().start()

    story()


@inside
def test_one_of_a_class_runs_on_a_node() -> None:
    first = Log().start()
    with pytest.raises(AlreadyStarted) as caught:
        Log().start()
    assert caught.value.pid == first.pid
    assert application.ensure_all_started(Log) == []
    assert [name.rpartition(":")[2] for name in application.ensure_all_started(Web)] == ["Store", "Web"]
    first.stop()


@inside
def test_one_that_another_process_is_just_starting_is_waited_for() -> None:
    class Slow(Noted):
        def before_start(self) -> None:
            sleep(5)
            super().before_start()

    class Needs(Noted):
        applications = (Slow,)

    spawn(Slow().start)
    settle()
    Needs().start()
    assert DIARY == ["Slow", "Needs"]


@given(st.dictionaries(st.integers(0, 8), st.lists(st.integers(0, 8), max_size=4)))
def test_each_comes_after_all_that_it_needs_or_a_circle_is_named(graph: Any) -> None:
    try:
        order = start_order(0, lambda one: graph.get(one, []), int)
    except ValueError as circle:
        names = [int(name) for name in str(circle).partition(": ")[2].split(" -> ")]
        assert names[0] == names[-1]
        assert all(after in graph[before] for before, after in pairwise(names))
    else:
        assert order[-1] == 0 and len(set(order)) == len(order)
        assert all(order.index(need) < order.index(one) for one in order for need in graph.get(one, []))


# ---------------------------------------------------------------------- settings


@inside
def test_settings_given_at_the_start_override_the_classs() -> None:
    log = Log()
    log.start({"word": "given"})
    assert GenServer.call("log", "?") == "given"
    assert (log.env, Log.env["word"]) == ({"word": "given", "other": 1}, "default")
    assert application.get_env(Log, "word") == application.get_env(log, "word") == "given"
    assert application.get_all_env(name_of(Log)) == {"word": "given", "other": 1}
    application.set_env(Log, "word", "changed")
    assert application.get_env(Log, "word") == "changed"
    application.stop(Log)
    Log().start()
    assert GenServer.call("log", "?") == "default"


@inside
def test_of_one_that_does_not_run_the_settings_are_its_classs() -> None:
    assert application.get_env(Log, "word") == "default"
    assert application.get_env(Log, "nothing") is None
    assert application.get_env(Log, "nothing", 5) == 5
    assert application.get_env("nowhere:Nothing", "word", "else") == "else"
    with pytest.raises(NoProcess, match="Log"):
        application.set_env(Log, "word", 1)
    with pytest.raises(NoProcess, match="Log"):
        application.stop(Log)


@pytest.mark.parametrize("env", [["word"], {1: 2}, "word=1", 5])
def test_settings_that_are_no_dict_of_names_are_a_type_error(env: Any) -> None:
    @inside
    def story() -> None:
        with pytest.raises(TypeError, match="a dict with names as keys"):
            Log().start(env)
        assert running() == []

    story()


def test_from_another_node_they_are_asked_for_by_rpc() -> None:
    a, b = World().nodes("a@host", "b@host")
    b.run(lambda: Log().start({"word": "given"}))
    (info,) = a.run(rpc.call, "b@host", application.which_applications)
    assert (info.name, info.type) == (name_of(Log), "temporary")
    assert info.pid.node == "b@host"
    assert a.run(rpc.call, "b@host", application.get_env, info.name, "word") == "given"


@pytest.mark.parametrize("what", [None, 5, GenServer, []])
def test_what_is_no_application_has_no_settings(what: Any) -> None:
    with pytest.raises(TypeError, match="an Application is needed here"):
        application.get_env(what, "key")


# ---------------------------------------------------------------------- the end of one by itself


@pytest.mark.parametrize(
    ("kind", "end", "stops"),
    [
        ("temporary", "kill", False),
        ("transient", "kill", True),
        ("permanent", "kill", True),
        ("temporary", "normal", False),
        ("transient", "normal", False),
        ("permanent", "normal", True),
    ],
)
def test_what_the_end_of_one_by_itself_brings_with_it(kind: Any, end: str, stops: bool, ended: Any, diary: Any) -> None:
    @inside
    def story() -> None:
        Web().start(type=kind)
        assert all(info.type == kind for info in application.which_applications())
        if end == "kill":
            exit(pid_of("store"), "kill")
        else:
            store = next(info.pid for info in application.which_applications() if info.name == name_of(Store))
            GenServer.stop(store, "normal")
        settle()
        assert running() == ([] if stops else ["Log", "Web"])
        assert diary[3:] == (["-Store", "-Web", "-Log"] if stops else ["-Store"])
        assert bool(ended) == stops

    story()


def test_who_is_stopped_because_another_ended_says_so(ended: Any) -> None:
    @inside
    def story() -> None:
        web = Web().start(type="permanent")
        exit(pid_of("log"), "kill")
        assert web.wait(10) == ("shutdown", f"{name_of(Log)} has ended: shutdown")
        settle()
        assert ended

    story()


@pytest.mark.parametrize("kind", ["permanent", "transient"])
def test_to_stop_one_is_no_end_by_itself(kind: Any, ended: Any) -> None:
    @inside
    def story() -> None:
        Web().start(type=kind)
        application.stop(Store)
        settle()
        assert running() == ["Log", "Web"]
        assert not ended

    story()


@inside
def test_an_unknown_start_type_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="type is 'permanent', 'transient' or 'temporary', not 'sometimes'"):
        Log().start(type="sometimes")  # type: ignore[arg-type]
    assert whereis("log") is None
