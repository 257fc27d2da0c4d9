"""The prompt of another node: what is typed here is evaluated there, in a process of that node.

IPython reads and edits what is typed and shows what comes back; its own commands (`%...`, `!...`, `...?`)
and leaving the prompt stay here. What the other node does is in `evaluator`.
"""

# As in `shell`: IPython has types for a part of what is used here.
# mypy: allow-untyped-calls, allow-subclassing-any

from __future__ import annotations

import pickle
import re
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from IPython.core.completer import Completion, IPCompleter
from IPython.terminal.prompts import Prompts

from .. import process, rpc
from ..errors import NOCONNECTION, NodeDown, PybeamError, text_of
from ..otp.endings import down_ref, is_word
from ..otp.gen_server import GenServer
from ..terms import Pid, Ref
from .evaluator import Done, Output
from .shell import Shell, make

CALL = "__remote__"
"""The function at the prompt that each input becomes a call of."""

COMPLETE_SECONDS = 1.0

CLOSE_SECONDS = 2.0

_LEAVING = re.compile(r"\s*(exit|quit)\s*(\([\d\s]*\))?\s*")

_DOTTED = re.compile(r"[\w.]*$")


class Shown(Exception):
    """What is to be shown in the place of a result, as it is."""


class Remote:
    """This prompt's session on the node `name`.

    Attributes:
        name: the node's.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._session: Pid | None = None
        self._monitor: Ref | None = None
        self._number = 0

    def open(self) -> None:
        """Start a session.

        Raises:
            NodeDown: the node cannot be reached.
            PybeamError: it has no such sessions.
        """
        try:
            self._session = rpc.call(self.name, "pybeam.prompt.evaluator:open_session", process.self())
        except ImportError as error:
            raise PybeamError(f"{self.name} runs a pybeam without remote prompts: {error}") from None
        self._monitor = process.monitor(self._session)

    def close(self) -> None:
        """End the session, if there is one, and all that it has started for itself."""
        with suppress(PybeamError):
            if self._session is not None:
                GenServer.stop(self._session, timeout=CLOSE_SECONDS)

    def evaluate(self, text: str, number: int = 0) -> object:
        """Have `text` evaluated, and print what it prints. Ctrl-C interrupts it there.

        Args:
            number: of the input, as the prompt counts.

        Returns:
            Its value; where that cannot travel, something with the same `repr`.

        Raises:
            Shown: it raised, with the traceback from there; or the node was lost.
        """
        session = self._opened()
        self._number = max(self._number + 1, number)
        GenServer.cast(session, ("evaluate", self._number, text))
        interrupted = False
        while True:
            try:
                done = self._next()
            except KeyboardInterrupt:
                if interrupted:
                    raise
                interrupted = True
                GenServer.cast(session, ("interrupt", self._number))
            else:
                if done is not None:
                    return self._result(session, done)

    def completions(self, word: str) -> list[str]:
        """What a dotted name can become there; nothing where that cannot be told soon."""
        try:
            assert self._session is not None
            found: Any = GenServer.call(self._session, ("complete", word), timeout=COMPLETE_SECONDS)
        except Exception:
            return []
        return list(found)

    def _opened(self) -> Pid:
        if self._session is None:
            try:
                self.open()
            except NodeDown:
                hint = "start it and enter your input again, or leave with exit"
                raise Shown(f"{self.name} cannot be reached: {hint}") from None
            print(f"connected to {self.name} anew; the names made before are gone", flush=True)
        assert self._session is not None
        return self._session

    def _next(self) -> Done | None:
        message = process.receive(self._is_mine)
        if isinstance(message, Output):
            if message.number == self._number:
                sys.stdout.write(message.text)
                sys.stdout.flush()
        elif isinstance(message, Done):
            return message if message.number == self._number else None
        else:
            self._session = None
            is_lost = is_word(message[4], NOCONNECTION)
            what = "the connection to it was lost" if is_lost else "the session there has ended"
            raise Shown(
                f"{self.name}: {what} ({text_of(message[4])}). What it was at may go on there.\n"
                "Enter an input to connect anew, or leave with exit."
            )
        return None

    def _is_mine(self, message: object) -> bool:
        if isinstance(message, (Output, Done)):
            return True
        ref = down_ref(message)
        return ref is not None and ref == self._monitor

    def _result(self, session: Pid, done: Done) -> object:
        if done.kind == "raised":
            raise Shown(done.text)
        if done.kind == "nothing":
            return None
        try:
            return pickle.loads(GenServer.call(session, "value", timeout=None))  # type: ignore[arg-type]
        except Exception:  # it could not be pickled there, or cannot be unpickled here
            return Unportable(done.text)


class Unportable:
    """In the place of a value that cannot travel: looks like it."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


class RemotePrompts(Prompts):
    """`a@127.0.0.1 In [1]: `, with the name of the node that evaluates."""

    def in_prompt_tokens(self) -> list[tuple[Any, str]]:
        tokens: list[tuple[Any, str]] = super().in_prompt_tokens()
        remote: Remote | None = getattr(self.shell, "remote", None)  # IPython asks before it is attached
        return tokens if remote is None else [(tokens[-1][0], f"{remote.name} "), *tokens]


class RemoteCompleter(IPCompleter):
    """Asks the other node what a name can become."""

    def completions(self, text: str, offset: int) -> Iterator[Completion]:
        found = _DOTTED.search(text[:offset])
        word = found.group() if found is not None else ""
        for name in self.shell.remote.completions(word):
            yield Completion(start=offset - len(word), end=offset, text=name)


class RemoteShell(Shell):
    """IPython's shell, whose inputs are evaluated by `remote`."""

    remote: Remote

    def attach(self, remote: Remote) -> None:
        """Evaluate by `remote` from now on."""
        self.remote = remote
        self.push({CALL: lambda text: remote.evaluate(text, self.displayhook.prompt_count)}, interactive=False)
        self.input_transformers_post.append(as_call)
        self.Completer = RemoteCompleter(shell=self, parent=self)

    def showtraceback(self, exc_tuple: Any = None, *args: Any, **kwargs: Any) -> None:
        """What comes from the other node as it is, and all else as usual."""
        error = (exc_tuple or sys.exc_info())[1]
        if isinstance(error, Shown):
            print(error, flush=True)
        else:
            super().showtraceback(exc_tuple, *args, **kwargs)


def run(name: str) -> None:
    """Show the prompt of the node `name` until the user leaves it. Only on the main thread.

    Raises:
        NodeDown: it cannot be reached.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    remote = Remote(name)
    remote.open()
    try:
        shell = make(RemoteShell, RemotePrompts)
        shell.attach(remote)
        if sys.stdin.isatty():
            print(banner(name), flush=True)
        shell.mainloop()
    finally:
        remote.close()


def banner(name: str) -> str:
    """The two lines above the first prompt."""
    first = f"pybeam shell: what you type is evaluated on {name}. flush() shows messages of the process that does it."
    return f"{first}\nCtrl-C interrupts that; exit or Ctrl-D leaves, and {name} runs on."


def as_call(lines: list[str]) -> list[str]:
    """The lines of an input as a call of `CALL`; IPython's own affairs as they are.

    >>> as_call(["x = 1\\n", "x;\\n"])
    ["__remote__('x = 1\\\\nx;\\\\n');\\n"]
    >>> as_call(["exit\\n"])
    ['exit()\\n']
    """
    text = "".join(lines)
    if _LEAVING.fullmatch(text):
        return ["exit()\n"]
    if text.lstrip().startswith("get_ipython()") or not text.strip():
        return lines
    quiet = ";" if text.rstrip().endswith(";") else ""
    return [f"{CALL}({text!r}){quiet}\n"]
