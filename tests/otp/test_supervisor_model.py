"""Supervisors against a model: whatever is done to the children, the same ones start, stop and stay.

The model is OTP's documentation in a few lines of lists; it knows no process. What it says is compared
after every step: the diary of starts and ends in their order, the list of children, and each error.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pybeam.errors import AlreadyStarted, TooManyChildren
from pybeam.otp.dynamic_supervisor import DynamicSupervisor
from pybeam.otp.gen_server import GenServer
from pybeam.otp.supervisor import Supervisor
from pybeam.process import alive, exit, flush, sleep, trap_exit, whereis
from pybeam.terms import Pid
from pybeam.testing.inside import inside, settle
from tests.otp.family import Family, pid_of

IDS = "abcd"
MAX_RESTARTS, MAX_SECONDS = 3, 5.5  # no sum of whole seconds meets the end of the window


class Model:
    """What any supervisor does with children of these names.

    Attributes:
        restart: the restart type of each child in the list, in the order of start.
        running: those that run.
        failures: how often the start of a child will fail yet.
    """

    def __init__(self, strategy: str) -> None:
        self.strategy = strategy
        self.restart: dict[str, str] = {}
        self.running: set[str] = set()
        self.failures: dict[str, int] = {}
        self.diary: list[str] = []
        self.restarts: list[float] = []
        self.now = 0.0
        self.gave_up = False

    def started(self, id: str) -> bool:
        if self.failures.get(id, 0) > 0:
            self.failures[id] -= 1
            self.diary.append(f"!{id}")
            return False
        self.diary.append(f"+{id}")
        self.running.add(id)
        return True

    def stop(self, id: str) -> None:
        if id in self.running:
            self.running.remove(id)
            self.diary.append(f"-{id}")
        self.forget_temporary(id)

    def forget_temporary(self, id: str) -> None:
        if self.restart[id] == "temporary":
            del self.restart[id]

    def fall(self, id: str, orderly: bool) -> None:
        self.running.remove(id)
        if orderly:
            self.diary.append(f"-{id}")
        if self.restart[id] == "permanent" or (self.restart[id] == "transient" and not orderly):
            self.start_again(id)
        else:
            self.forget_temporary(id)

    def start_again(self, id: str) -> None:
        self.restarts.append(self.now)
        if sum(self.now <= then + MAX_SECONDS for then in self.restarts) > MAX_RESTARTS:
            self.end()
            return
        scope = self.scope(id)
        for other in reversed(scope):
            if other != id:
                self.stop(other)
        for other in [other for other in scope if other in self.restart]:
            if not self.started(other):
                self.start_again(other)
                return

    def scope(self, id: str) -> list[str]:
        order = list(self.restart)
        at = order.index(id)
        return {"one_for_one": [id], "one_for_all": order, "rest_for_one": order[at:]}[self.strategy]

    def end(self) -> None:
        self.gave_up = True
        for id in reversed(list(self.restart)):
            self.stop(id)


def start(model: Model, id: str, restart: str) -> type[Exception] | None:
    if id in model.restart:
        return AlreadyStarted if id in model.running else ValueError
    if not model.started(id):
        return OSError
    model.restart[id] = restart
    return None


def terminate(model: Model, id: str) -> type[Exception] | None:
    if id not in model.restart:
        return LookupError
    model.stop(id)
    return None


def restart(model: Model, id: str) -> type[Exception] | None:
    if id not in model.restart:
        return LookupError
    if id in model.running:
        return ValueError
    return None if model.started(id) else OSError


def delete(model: Model, id: str) -> type[Exception] | None:
    if id not in model.restart:
        return LookupError
    if id in model.running:
        return ValueError
    del model.restart[id]
    return None


acts = st.sampled_from(["start", "start", "kill", "kill", "finish", "terminate", "restart", "delete", "fail", "wait"])
kinds = st.sampled_from(["permanent", "transient", "temporary"])
# Each story begins with three children, or few falls would find one that others stand behind.
beginnings = st.tuples(kinds, kinds, kinds).map(
    lambda kinds: [("start", *pair, 1) for pair in zip("abc", kinds, strict=True)]
)
steps = st.builds(
    lambda first, more: [*first, *more],
    beginnings,
    st.lists(st.tuples(acts, st.sampled_from(IDS), kinds, st.integers(1, 6)), max_size=30),
)


def outcome(act: Callable[..., Any], *args: Any) -> type[Exception] | None:
    """The class of error that `act(*args)` raises, if any."""
    try:
        act(*args)
    except Exception as error:
        return type(error)
    return None


def fall(id: str, orderly: bool) -> None:
    if orderly:
        GenServer.stop(id)
    else:
        exit(pid_of(id), "kill")
    settle()


@pytest.mark.parametrize("strategy", ["one_for_one", "one_for_all", "rest_for_one"])
@settings(max_examples=150)
@given(steps)
def test_a_supervisor_does_what_the_model_says(strategy: Any, steps: list[tuple[str, str, str, int]]) -> None:
    @inside
    def story() -> None:
        trap_exit()
        family, model = Family(), Model(strategy)
        supervisor = Supervisor.start_link([], strategy=strategy, max_restarts=MAX_RESTARTS, max_seconds=MAX_SECONDS)
        changes: dict[str, tuple[Callable[[Model, str], Any], Callable[[Pid, object], Any]]] = {
            "terminate": (terminate, Supervisor.terminate_child),
            "restart": (restart, Supervisor.restart_child),
            "delete": (delete, Supervisor.delete_child),
        }
        for act, id, kind, number in steps:
            if act == "start":
                spec = family.spec(id, restart=kind)
                expected = start(model, id, kind)
                assert outcome(Supervisor.start_child, supervisor, spec) is expected
            elif act in changes:
                predict, change = changes[act]
                expected = predict(model, id)
                assert outcome(change, supervisor, id) is expected
            elif act == "fail":
                family.failures[id] = model.failures[id] = number % 3
            elif act == "wait":
                sleep(number)
                model.now += number
            elif id in model.running:
                model.fall(id, act == "finish")
                fall(id, act == "finish")
            assert family.read() == " ".join(model.diary)
            model.diary.clear()
            assert alive(supervisor) is not model.gave_up
            if model.gave_up:
                assert flush() == [("EXIT", supervisor, "shutdown")]
                assert [whereis(id) for id in IDS] == [None] * len(IDS)
                return
            assert [(info.id, info.pid is not None) for info in Supervisor.which_children(supervisor)] == [
                (id, id in model.running) for id in model.restart
            ]
            assert flush() == []

    story()


@settings(max_examples=150)
@given(steps, st.none() | st.integers(0, 3))
def test_a_dynamic_supervisor_does_what_the_model_says(
    steps: list[tuple[str, str, str, int]], max_children: int | None
) -> None:
    @inside
    def story() -> None:
        trap_exit()
        family, model = Family(), Model("one_for_one")
        supervisor = DynamicSupervisor.start_link(
            max_children=max_children, max_restarts=MAX_RESTARTS, max_seconds=MAX_SECONDS
        )
        for act, id, kind, number in steps:
            if act == "start":
                spec = family.spec(id, restart=kind)
                full = max_children is not None and len(model.restart) >= max_children
                expected = TooManyChildren if full else start(model, id, kind)
                assert outcome(DynamicSupervisor.start_child, supervisor, spec) is expected
            elif act == "terminate" and id in model.running:
                model.stop(id)
                model.restart.pop(id, None)
                DynamicSupervisor.terminate_child(supervisor, pid_of(id))
            elif act == "fail":
                family.failures[id] = model.failures[id] = number % 3
            elif act == "wait":
                sleep(number)
                model.now += number
            elif act in ("kill", "finish") and id in model.running:
                model.fall(id, act == "finish")
                fall(id, act == "finish")
                if id not in model.running:
                    model.restart.pop(id, None)
            # It stops its children all at once when it gives up: in no order.
            assert sorted(family.read().split()) == sorted(model.diary)
            model.diary.clear()
            assert alive(supervisor) is not model.gave_up
            if model.gave_up:
                assert flush() == [("EXIT", supervisor, "shutdown")]
                return
            assert {info.pid for info in DynamicSupervisor.which_children(supervisor)} == {
                pid_of(id) for id in model.running
            }
            assert flush() == []

    story()


def test_the_model_gives_up_and_restarts_in_some_of_the_stories() -> None:
    model = Model("rest_for_one")
    for id in "abc":
        start(model, id, "permanent")
    model.diary.clear()
    model.fall("b", orderly=False)
    assert model.diary == ["-c", "+b", "+c"]
    for _ in range(MAX_RESTARTS):
        model.fall("c", orderly=False)
    assert model.gave_up and model.running == set()
