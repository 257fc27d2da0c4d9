"""Child specs: what stands for one, and what is refused with which words."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from pybeam.otp.application import Application
from pybeam.otp.child import ChildSpec, child_spec_of, child_specs_of
from pybeam.otp.gen_server import GenServer
from pybeam.otp.supervisor import Supervisor
from pybeam.terms import Pid


class Server(GenServer):
    pass


class Program(Application):
    def children(self) -> list[Any]:
        return []


class Odd:
    """Offers a `child_spec` that gives none."""

    def child_spec(self) -> str:
        return "odd"


def start() -> Pid:
    raise AssertionError("a spec that is only looked at starts nothing")


SPEC = ChildSpec("db", start)


@pytest.mark.parametrize(
    ("child", "id", "type", "shutdown"),
    [
        (SPEC, "db", "worker", 5.0),
        (Server, Server, "worker", 5.0),
        ((Server,), Server, "worker", 5.0),
        ((Server, 1, 2), Server, "worker", 5.0),
        (Server.child_spec(1, name="cache"), "cache", "worker", 5.0),
        ((Supervisor, [Server]), Supervisor, "supervisor", None),
        (Supervisor.child_spec([Server], id="inner"), "inner", "supervisor", None),
        (Supervisor.child_spec([Server], name="inner"), "inner", "supervisor", None),
        (Supervisor.child_spec([Server], id=0), 0, "supervisor", None),
        (Program(), Program, "supervisor", None),
    ],
)
def test_what_stands_for_a_child(child: object, id: object, type: str, shutdown: object) -> None:
    spec = child_spec_of(child)
    assert (spec.id, spec.type, spec.shutdown, spec.restart) == (id, type, shutdown, "permanent")


@pytest.mark.parametrize("child", [None, 7, "db", int, (), [], (int, 1), lambda: None, ("db", start), {"id": "db"}])
def test_what_stands_for_no_child_is_a_type_error_that_shows_it(child: object) -> None:
    with pytest.raises(TypeError, match="a child is a ChildSpec, a GenServer class or"):
        child_spec_of(child)


def test_a_child_spec_that_returns_something_else_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="returned 'odd', not a ChildSpec"):
        child_spec_of(Odd())


@pytest.mark.parametrize("children", [None, 7, "ab", b"ab", Server, SPEC])
def test_children_that_are_no_list_are_a_type_error(children: Any) -> None:
    with pytest.raises(TypeError, match="children are a list"):
        child_specs_of(children)


@pytest.mark.parametrize(
    "children",
    [
        [Server, Server],
        [Server, (Server, 1)],
        [SPEC, ChildSpec("db", lambda: start())],
        [ChildSpec(1, start), ChildSpec(2, start), ChildSpec(1, start)],
        [(Supervisor, []), (Supervisor, [])],
    ],
)
def test_two_children_of_one_id_are_a_value_error(children: list[Any]) -> None:
    with pytest.raises(ValueError, match="two children have the id"):
        child_specs_of(children)
    with pytest.raises(ValueError, match="two children have the id"):
        Supervisor.child_spec(children)


@pytest.mark.parametrize(
    ("fields", "error", "words"),
    [
        ({"restart": "always"}, ValueError, "restart is 'permanent', 'transient' or 'temporary', not 'always'"),
        ({"restart": None}, ValueError, "restart is"),
        ({"restart": ["permanent"]}, ValueError, "restart is"),
        ({"type": "manager"}, ValueError, "type is 'worker' or 'supervisor', not 'manager'"),
        ({"shutdown": -1}, ValueError, "shutdown is a number of seconds, 'brutal_kill' or None, not -1"),
        ({"shutdown": float("nan")}, ValueError, "not nan"),
        ({"shutdown": True}, ValueError, "not True"),
        ({"shutdown": "5"}, ValueError, "not '5'"),
        ({"start": None}, TypeError, "start is a function that starts it, not None"),
        ({"start": 7}, TypeError, "not 7"),
        ({"significant": True}, ValueError, "cannot be significant"),
    ],
)
def test_a_senseless_field_is_refused_by_name(fields: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words) as caught:
        ChildSpec(**{"id": "db", "start": start, **fields})
    assert "child 'db'" in str(caught.value)


def test_an_id_must_be_hashable() -> None:
    with pytest.raises(TypeError, match=r"id is hashable, unlike \[1\]"):
        ChildSpec([1], start)


@pytest.mark.parametrize("shutdown", [0, 0.5, 5, float("inf"), None, "brutal_kill"])
def test_every_sensible_limit_is_taken(shutdown: Any) -> None:
    assert ChildSpec("db", start, shutdown=shutdown).shutdown == shutdown


@pytest.mark.parametrize(
    "options",
    [
        {"strategy": "simple_one_for_one"},
        {"strategy": None},
        {"max_restarts": -1},
        {"max_restarts": 1.5},
        {"max_restarts": None},
        {"max_seconds": 0},
        {"max_seconds": -1},
        {"max_seconds": "5"},
        {"max_seconds": float("nan")},
        {"auto_shutdown": "sometimes"},
    ],
)
def test_a_senseless_option_of_a_supervisor_is_refused_by_name(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(options))):
        Supervisor.start_link([SPEC], **options)


def test_a_significant_child_needs_a_supervisor_that_minds() -> None:
    spec = ChildSpec("db", start, restart="transient", significant=True)
    with pytest.raises(ValueError, match="auto_shutdown is 'never'"):
        Supervisor.start_link([spec])


def test_a_spec_is_a_value() -> None:
    assert ChildSpec("db", start) == ChildSpec("db", start) != ChildSpec("db", partial(start))
