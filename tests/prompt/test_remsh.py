"""What the remote prompt decides without a terminal: which inputs go to the other node, and what it says."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybeam.prompt.remsh import CALL, as_call, banner


@given(st.text(alphabet="ab'\"\\\n\t é\U0001f600;", min_size=1).filter(str.strip))
def test_every_input_arrives_there_as_it_was_typed(text: str) -> None:
    (line,) = as_call(text.splitlines(keepends=True))
    call = ast.parse(line).body[0]
    assert isinstance(call, ast.Expr) and isinstance(call.value, ast.Call)
    assert ast.unparse(call.value.func) == CALL
    assert ast.literal_eval(call.value.args[0]) == text


@pytest.mark.parametrize("text", ["", "\n", "get_ipython().run_line_magic('xmode', '')"])
def test_ipythons_own_affairs_stay_here(text: str) -> None:
    assert as_call([text]) == [text]


@pytest.mark.parametrize("text", ["exit", "exit()", "quit", "quit()\n", " exit \n", "exit(0)"])
def test_whoever_wants_to_leave_leaves_the_prompt_and_not_the_node(text: str) -> None:
    assert as_call([text]) == ["exit()\n"]


@pytest.mark.parametrize(("text", "quiet"), [("1;\n", True), ("1 ; \n", True), ("1\n", False), ("';'", False)])
def test_a_semicolon_at_the_end_keeps_the_value_from_being_shown(text: str, quiet: bool) -> None:
    assert as_call([text])[0].endswith(";\n") == quiet


def test_a_name_that_ipython_has_too_may_be_spoken_of() -> None:
    assert as_call(["print('get_ipython()')\n"])[0].startswith(CALL)


def test_the_banner_is_two_lines_that_tell_the_node_and_the_way_out() -> None:
    text = banner("a@127.0.0.1")
    assert text.count("\n") == 1 and "a@127.0.0.1" in text and "exit or Ctrl-D" in text
