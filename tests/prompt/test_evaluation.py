"""What was typed is evaluated as the interpreter does it: a value, output, or a traceback that begins with it."""

from __future__ import annotations

from typing import Any

import pytest

from pybeam.prompt.evaluation import MAX_TEXT, Outcome, completions, evaluate


def typed(*texts: str) -> Outcome:
    """The outcome of the last of some inputs."""
    names: dict[str, Any] = {}
    for number, text in enumerate(texts):
        outcome = evaluate(text, names, f"<{number}>")
    return outcome


@pytest.mark.parametrize(
    ("texts", "value"),
    [
        (("1 + 1",), 2),
        (("x = 5", "x"), 5),
        (("x = 5; x * 2",), 10),
        (("'a'\n'b'",), "b"),
        (("7", "_ + 1"), 8),
        (("def f():\n    return x", "x = 1", "f()"), 1),
    ],
)
def test_a_last_expression_has_a_value_and_names_are_kept(texts: tuple[str, ...], value: object) -> None:
    outcome = typed(*texts)
    assert (outcome.kind, outcome.value, outcome.text) == ("value", value, repr(value))


@pytest.mark.parametrize("text", ["", "# nothing", "None", "x = 1", "x = 1; None", "def f(): pass", "if 0: 1"])
def test_what_is_no_value_is_nothing(text: str) -> None:
    assert typed(text) == Outcome("nothing")


def test_none_does_not_become_the_last_value() -> None:
    assert typed("7", "None", "_").value == 7


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("x = )", "SyntaxError: unmatched ')'"),
        ("if 1:", "IndentationError: expected an indented block after 'if' statement on line 1"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("'\0'", ""),  # a ValueError or a SyntaxError, as the version goes
        ("nothing", "NameError: name 'nothing' is not defined"),
        ("(" * 1000, "SyntaxError: too many nested parentheses"),
    ],
)
def test_whatever_it_raises_is_told_without_a_frame_of_ours(text: str, last: str) -> None:
    outcome = typed(text)
    assert outcome.kind == "raised"
    assert outcome.text.splitlines()[-1].startswith(last)
    assert "evaluation.py" not in outcome.text


def test_a_traceback_shows_the_lines_of_all_inputs_on_its_way() -> None:
    text = typed("def f(x):\n    return 1 / x", "f(0)").text
    assert 'File "<1>", line 1, in <module>\n    f(0)\n' in text
    assert 'File "<0>", line 2, in f\n    return 1 / x\n' in text


def test_an_error_that_cannot_be_formatted_is_an_error_like_any() -> None:
    text = typed("class Odd(Exception):\n    def __str__(self): raise ArithmeticError", "raise Odd").text
    assert text.splitlines()[-1].endswith("Odd: <exception str() failed>")


@pytest.mark.parametrize("text", ["'x' * 10**7", "raise ValueError('x' * 10**7)", "[['x' * 1000] * 1000] * 1000"])
def test_a_huge_value_or_error_is_shown_in_part(text: str) -> None:
    assert len(typed(text).text) <= MAX_TEXT


def test_a_value_whose_repr_raises_is_a_value() -> None:
    outcome = typed("class Odd:\n    def __repr__(self): raise SystemExit", "Odd()")
    assert (outcome.kind, outcome.text) == ("value", "<Odd, whose repr raises SystemExit>")


NAMES: dict[str, Any] = {"word": "x", "_hidden": 1, "nest": type("Nest", (), {"inner": {}})}


@pytest.mark.parametrize(
    ("begun", "some"),
    [
        ("wor", ["word"]),
        ("whi", ["while"]),
        ("isinst", ["isinstance"]),
        ("_hid", ["_hidden"]),
        ("nest.in", ["nest.inner"]),
        ("nest.inner.setd", ["nest.inner.setdefault"]),
        ("word.__cl", ["word.__class__"]),
        ("int.from_b", ["int.from_bytes"]),
    ],
)
def test_a_name_that_was_begun_is_completed(begun: str, some: list[str]) -> None:
    assert completions(begun, NAMES) == some


@pytest.mark.parametrize("begun", ["absent.", "word.absent.x", "zzz", ".", "..", "nest..x"])
def test_what_cannot_be_completed_is_completed_to_nothing(begun: str) -> None:
    assert completions(begun, NAMES) == []


def test_hidden_names_come_only_when_asked_for() -> None:
    assert "_hidden" not in completions("", NAMES)
    assert not any(name.startswith("word._") for name in completions("word.", NAMES))
