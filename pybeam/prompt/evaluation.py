"""Evaluate what was typed at a prompt, in a given namespace. It knows no process and no node.

As the interpreter does: a last line that is an expression has a value, and a traceback begins with what
was typed.
"""

from __future__ import annotations

import ast
import builtins
import keyword
import linecache
from contextlib import suppress
from traceback import format_exception
from types import TracebackType
from typing import Any, Literal, NamedTuple

from ..errors import text_of
from ..shown import cut, shown

MAX_TEXT = 20_000
"""Characters of a value or a traceback that are shown."""

MAX_BYTES = 64 * 2**20
"""Of a value that is larger, pickled, nobody is going to read more than the beginning of its `repr`."""


class Outcome(NamedTuple):
    """What became of a text.

    Attributes:
        kind: whether it has a value, is a statement, or raised.
        text: the value's `repr`, or the traceback.
        value: where there is one.
    """

    kind: Literal["value", "nothing", "raised"]
    text: str = ""
    value: object = None


def evaluate(text: str, names: dict[str, Any], file: str) -> Outcome:
    """Execute `text` in `names`; its last expression's value becomes `_` there.

    Args:
        file: the name under which tracebacks show it.

    >>> names = {}
    >>> evaluate("x = 20", names, "<1>").kind
    'nothing'
    >>> evaluate("x += 1; x * 2", names, "<2>").value
    42
    >>> print(evaluate("1 / 0", names, "<3>").text)
    Traceback (most recent call last):
      File "<3>", line 1, in <module>
        1 / 0
    ...
    ZeroDivisionError: division by zero
    """
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    try:
        value = _executed(text, names, file)
    except BaseException as error:
        return Outcome("raised", traceback_from(file, error))
    if value is None:
        return Outcome("nothing")
    names["_"] = value
    return Outcome("value", shown(value, MAX_TEXT), value)


def traceback_from(file: str, error: BaseException) -> str:
    """The traceback of an error, from its first frame in `file` on."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename != file:
        trace = trace.tb_next
    # Also without a frame of its own, as a syntax error: those of the evaluation are of no use.
    return cut(_formatted(error, trace), MAX_TEXT)


def packed(value: object) -> bytes | None:
    """A value pickled, in full and by whoever calls this; None for one that cannot be, or is too large to be shown.

    >>> packed([1, 2]) is None, packed(open) is None, packed(bytes(MAX_BYTES)) is None
    (False, False, True)
    """
    import cloudpickle  # late: for what was made at the prompt, which plain pickle looks for in vain

    try:
        data: bytes = cloudpickle.dumps(value)
    except BaseException:
        return None
    return data if len(data) <= MAX_BYTES else None


def completions(word: str, names: dict[str, Any]) -> list[str]:
    """What a dotted name that was begun can become, sorted.

    >>> completions("wo", {"world": 1, "word": 2})
    ['word', 'world']
    >>> completions("word.isa", {"word": "x"})
    ['word.isalnum', 'word.isalpha', 'word.isascii']
    """
    path, dot, begun = word.rpartition(".")
    found = {*names, *dir(builtins), *keyword.kwlist}
    if dot:
        found = set()
        with suppress(Exception):  # a property of a stranger's may raise whatever it likes
            first, *others = path.split(".")
            value = names[first] if first in names else getattr(builtins, first)
            for name in others:
                value = getattr(value, name)
            found = set(dir(value))
    hidden = not begun.startswith("_")
    return sorted(path + dot + name for name in found if name.startswith(begun) and not (hidden and name[0] == "_"))


def _executed(text: str, names: dict[str, Any], file: str) -> object:
    tree = ast.parse(text, file)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, file, "exec", dont_inherit=True), names)
    if not isinstance(last, ast.Expr):
        return None
    return eval(compile(ast.Expression(last.value), file, "eval", dont_inherit=True), names)


def _formatted(error: BaseException, trace: TracebackType | None) -> str:
    try:
        return "".join(format_exception(type(error), error, trace)).rstrip("\n")
    except BaseException:
        return f"{type(error).__qualname__}: {text_of(error)}"
