"""The common form of terms."""

from __future__ import annotations

import pytest

from pybeam import Atom, BadRpc, Crash, GenServer, Pid, Ref
from tests.scenarios.render import Names

FORMS = [
    (None, "nil"),
    (True, "true"),
    (False, "false"),
    ("ok", "ok"),
    (Atom("ok"), "ok"),
    ("two words", '"two words"'),
    ("", '""'),
    ("b@127.0.0.1", "node:b"),
    ("b@elsewhere", '"b@elsewhere"'),
    (7, "7"),
    (1.5, "1.5"),
    ((), "{}"),
    (("a", ("b", 1)), "{a, {b, 1}}"),
    (["a", []], "[a, []]"),
    ({"b": 2, "a": 1}, "%{a: 1, b: 2}"),
    (GenServer, "GenServer"),
    (BadRpc("nodedown"), "{badrpc, nodedown}"),
    (Crash.of(RuntimeError("oops")), "crash(RuntimeError, oops)"),
]


@pytest.mark.parametrize(("term", "text"), FORMS)
def test_a_term_has_one_form(term: object, text: str) -> None:
    assert Names().text(term) == text


def test_pids_and_references_are_named_in_the_order_of_first_mention() -> None:
    one, two, ref = Pid("a@host", 1, 7), Pid("a@host", 1, 3), Ref("a@host", 1, 9)
    assert Names().text([one, two, ref, one]) == "[pid:a, pid:b, ref:1, pid:a]"


def test_what_only_one_side_has_is_refused() -> None:
    with pytest.raises(TypeError, match="both sides"):
        Names().text(object())
