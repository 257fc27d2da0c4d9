"""What can be the name of a group, of a process in the cluster, of a lock."""

from __future__ import annotations

from enum import StrEnum

import pytest

from pybeam.groups.terms import check, check_pid
from pybeam.terms import Atom, Pid, Ref


class Colour(StrEnum):
    RED = "red"


class Mine(int):
    pass


@pytest.mark.parametrize(
    "value", ["g", Atom("g"), 1, 1.5, b"g", None, True, Pid("a@h", 1, 1), Ref("a@h", 1, 1), (), ("g", (1, None))]
)
def test_a_plain_value_can_be_a_name(value: object) -> None:
    assert check(value, "a group") is value


@pytest.mark.parametrize("value", [[], {}, set(), ("g", []), Colour.RED, Mine(3), object(), print, frozenset("g")])
def test_what_another_node_might_not_be_able_to_read_cannot(value: object) -> None:
    with pytest.raises(TypeError, match=r"a group is a str, a number, bytes, a Pid or a tuple"):
        check(value, "a group")


@pytest.mark.parametrize("value", [None, "server", 7, ("server", "a@h")])
def test_a_pid_is_a_pid(value: object) -> None:
    with pytest.raises(TypeError, match="a Pid is needed"):
        check_pid(value)
