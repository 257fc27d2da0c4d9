"""The common form of terms: one text for what means the same on a BEAM and here.

Pure. `trace.exs` writes terms in the same way; README.md tells the form.
"""

from __future__ import annotations

import json
import re

from pybeam import BadRpc, Crash, Pid, Ref

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
_NODE = re.compile(r"(\w+)@127\.0\.0\.1")
_FIXED = {None: "nil", True: "true", False: "false"}


class Names:
    """Gives pids and references their names, in the order of first mention."""

    def __init__(self) -> None:
        self._pids: dict[Pid, str] = {}
        self._refs: dict[Ref, str] = {}

    def text(self, term: object) -> str:
        """The common form of `term`.

        >>> Names().text(("EXIT", Pid("a@host", 1, 7), ["ok", None, 1.5, "two words"]))
        '{EXIT, pid:a, [ok, nil, 1.5, "two words"]}'
        """
        match term:
            case None | bool():
                return _FIXED[term]
            case Pid():
                return "pid:" + self._pids.setdefault(term, chr(ord("a") + len(self._pids)))
            case Ref():
                return "ref:" + self._refs.setdefault(term, str(len(self._refs) + 1))
            case Crash():
                return f"crash({term.kind.rpartition('.')[2]}, {_word(term.message)})"
            case BadRpc():
                return self.text(("badrpc", term.reason))
            case str():
                return _word(term)
            case int() | float():
                return repr(term)
            case type():
                return term.__name__
            case tuple():
                return "{" + ", ".join(map(self.text, term)) + "}"
            case list():
                return "[" + ", ".join(map(self.text, term)) + "]"
            case dict():
                entries = sorted((self.text(key), value) for key, value in term.items())
                return "%{" + ", ".join(f"{key}: {self.text(value)}" for key, value in entries) + "}"
        raise TypeError(f"a trace has no form for {term!r}: say something that both sides have")


def _word(text: str) -> str:
    if node := _NODE.fullmatch(text):
        return f"node:{node[1]}"
    return text if _WORD.fullmatch(text) else json.dumps(text, ensure_ascii=False)
