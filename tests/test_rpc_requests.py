"""What a remote call's request may be, and that one disturbs no other."""

from __future__ import annotations

import operator

import pytest

from pybeam import process, rpc
from pybeam.testing.world import SimNode, World


@pytest.fixture
def a() -> SimNode:
    world = World()
    first = world.node("a@h")
    world.node("b@h")
    return first


def test_an_exception_of_this_node_gathers_no_notes(a: SimNode) -> None:
    error = ValueError("always the same one")

    def fails() -> None:
        raise error

    for _ in range(3):
        with pytest.raises(ValueError) as raised:
            a.run(rpc.call, "a@h", fails)
        assert not getattr(raised.value, "__notes__", [])


class Slow:
    """Takes long to unpickle."""

    def __reduce__(self) -> tuple[object, ...]:
        return process.sleep, (3,)


def test_a_request_that_unpickles_slowly_holds_up_nobody_elses(a: SimNode) -> None:
    a.spawn(rpc.cast, "b@h", print, Slow())
    a.world.settle()
    assert a.run(lambda: rpc.call("b@h", operator.add, 1, 2, timeout=1)) == 3


def test_a_function_may_have_arguments_called_name_and_fun(a: SimNode) -> None:
    assert a.run(lambda: rpc.call("b@h", dict, name="x", fun="y")) == {"name": "x", "fun": "y"}
