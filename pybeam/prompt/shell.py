"""The prompt: an IPython shell whose thread is a process of its node, as an iex prompt is.

It decides what the prompt shows and what is at hand there. Its settings are those of the user's own
IPython, as for `IPython.embed()`: colours, keys and history, but no startup files, which know nothing
of a node. It does without a home directory; then nothing is kept.
"""

# IPython has types for a part of what is used here, and each of its versions for another part.
# mypy: allow-untyped-calls, allow-subclassing-any

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, TypeVar

from IPython.lib.pretty import pprint
from IPython.terminal.interactiveshell import TerminalInteractiveShell
from IPython.terminal.ipapp import load_default_config
from IPython.terminal.prompts import Prompts
from traitlets.config import Config

from .. import node
from ..terms import NONODE
from .at_hand import namespace

S = TypeVar("S", bound="Shell")

HERE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "")


def run(rc: Path | None = None) -> None:
    """Show the prompt until the user leaves it. Only on the main thread.

    Args:
        rc: a Python file that is executed first, in the prompt's namespace; an error in it is
            shown, and the prompt comes all the same.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    shell = make(Shell, NodePrompts)
    shell.push(namespace(pprint), interactive=False)
    if rc is not None:
        shell.safe_execfile(rc, shell.user_ns)
    if sys.stdin.isatty():
        print(banner(node.self()), flush=True)
    shell.mainloop()


def banner(name: str) -> str:
    """The two lines above the first prompt of the node `name`."""
    if name == NONODE:
        first = "pybeam shell without a name, so no node can be reached: leave and give one with --name."
    else:
        first = f"pybeam shell on the node {name}. node.list() says who is connected, flush() shows messages."
    return f"{first}\nCtrl-C interrupts a call; exit or Ctrl-D leaves."


class NodePrompts(Prompts):
    """`master@127.0.0.1 In [1]: `, and without a name IPython's own."""

    def in_prompt_tokens(self) -> list[tuple[Any, str]]:
        # Asked each time: `start_node` at the prompt changes it.
        name, tokens = node.self(), super().in_prompt_tokens()
        style = tokens[-1][0]
        return tokens if name == NONODE else [(style, f"{name} "), *tokens]


class Shell(TerminalInteractiveShell):
    """IPython's shell, which can also be fed by a pipe, and which hides pybeam's frames in tracebacks."""

    def init_prompt_toolkit_cli(self) -> None:
        if sys.stdin.isatty():
            super().init_prompt_toolkit_cli()
        else:
            self.separate_in = ""

    def prompt_for_code(self) -> str:
        text: str = super().prompt_for_code() if sys.stdin.isatty() else self.read_cell()
        return text

    def read_cell(self) -> str:
        """The next cell from a pipe, also shown after its prompt: what comes out reads like a session.

        Raises:
            EOFError: there is none.
        """
        text = ""
        for line in iter(sys.stdin.readline, ""):
            text += line
            # Without its last line end: with it, a block counts as complete after each of its lines.
            if text.strip() and self.check_complete(text.removesuffix("\n"))[0] != "incomplete":
                break
        if not text.strip():
            raise EOFError
        self._show(text.strip("\n"))
        return text

    def _show(self, text: str) -> None:
        prompt = "".join(part for _, part in self.prompts.in_prompt_tokens())
        print(prompt + text.replace("\n", f"\n{'...: ':>{len(prompt)}}"), flush=True)

    def showtraceback(self, exc_tuple: Any = None, *args: Any, **kwargs: Any) -> None:
        """As IPython does, but the frames inside pybeam are shown only after `%xmode Verbose`."""
        kind, error, trace = exc_tuple or sys.exc_info()
        if error is not None and self.InteractiveTB.mode != "Verbose":
            exc_tuple = kind, error, without_internals(trace)
        super().showtraceback(exc_tuple, *args, **kwargs)


def without_internals(trace: TracebackType | None) -> TracebackType | None:
    """A traceback without pybeam's own frames, unless there are no others."""
    frames = []
    while trace is not None:
        frames.append(trace)
        trace = trace.tb_next
    kept = [frame for frame in frames if not frame.tb_frame.f_code.co_filename.startswith(HERE)] or frames
    chain = None
    for frame in reversed(kept):
        chain = TracebackType(chain, frame.tb_frame, frame.tb_lasti, frame.tb_lineno)
    return chain


def make(kind: type[S], prompts: type[Prompts]) -> S:
    """IPython's one shell of this OS process, with the user's settings as far as there are any.

    Args:
        kind: which shell.
        prompts: what stands before the cursor.
    """
    _bear_any_text()
    usual = _users_directory() if sys.stdin.isatty() else None
    if usual is not None:
        return _make_in(kind, usual, _config(usual, prompts))
    # For a script or a home that is read-only: nothing is kept, but IPython must see a directory.
    config = _config(None, prompts)
    config.HistoryManager.hist_file = ":memory:"
    with TemporaryDirectory(prefix="pybeam-shell-") as directory:
        return _make_in(kind, directory, config)


def _bear_any_text() -> None:
    """What is no UTF-8 in a pipe, or cannot be shown, is seen as such and ends nothing."""
    for stream, errors in ((sys.stdin, "replace"), (sys.stdout, "backslashreplace")):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors=errors)


def _users_directory() -> str | None:
    """Where the user's IPython keeps its own, if it is there or can be made."""
    home = "" if os.environ.get("HOME") == "" else os.path.expanduser("~/.ipython")
    usual = os.environ.get("IPYTHONDIR") or home
    place = usual if os.path.exists(usual) else os.path.dirname(usual)
    return usual if os.access(place, os.W_OK | os.X_OK) else None


def _make_in(kind: type[S], directory: str, config: Config) -> S:
    shell: S = kind.instance(ipython_dir=directory, config=config)
    return shell


def _config(directory: str | None, prompts: type[Prompts]) -> Config:
    config = Config({"TerminalInteractiveShell": {"confirm_exit": False, "term_title": False}})
    if directory is not None:
        with suppress(Exception):  # A broken file of the user's must not cost the prompt.
            config.merge(load_default_config(directory))
    config.TerminalInteractiveShell.prompts_class = prompts
    if not sys.stdout.isatty():
        config.TerminalInteractiveShell.colors = "nocolor"
    return config
