"""The command line: what each command takes, and how a failure looks.

A failure is one line on stderr, `pybeam: ...`, and a status that is not 0: 2 where the command line was
not understood, 1 otherwise. `commands` has what the commands do.
"""

from __future__ import annotations

import argparse
import ast
import logging
import os
import re
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from . import commands
from .errors import PybeamError, text_of
from .logs import LEVELS, log_to_stderr
from .node import EPMD_PORT, is_port
from .shown import cut
from .terms import split_name

STRAGGLER_SECONDS = 0.1

MAX_LINE = 1000
"""Characters of an error's line: of a longer one the beginning and the end."""

MAX_ECHO = 80
"""Characters of an argument that an error's line repeats in the middle."""


def main() -> int:
    """`pybeam` and `python -m pybeam`.

    Returns:
        The exit status.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        # Where a command does not say otherwise, Ctrl-C ends it there and then, without a traceback.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    status = command(sys.argv[1:])
    _leave_stragglers(status)
    return status


def command(arguments: Sequence[str]) -> int:
    """Carry out one command line.

    Returns:
        The exit status.
    """
    _open_missing_streams()
    try:
        options = parser().parse_args(list(map(_told_from_options, arguments)))
        log_to_stderr(options.log or os.environ.get("PYBEAM_LOG") or options.quiet)
        status: int = options.act(options)
        sys.stdout.flush()
        return status
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except BrokenPipeError:
        # The reader has gone. Python would flush once more at the end, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 128 + signal.SIGPIPE
    except (PybeamError, OSError, UnicodeError) as error:
        print(f"pybeam: {one_line(error)}", file=sys.stderr)
        return 1


def _open_missing_streams() -> None:
    """A program whose streams are closed (`>&-`) has None in their place."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115  # open for as long as the program


def one_line(error: BaseException) -> str:
    """The text of an error in one line: of many lines the first and the last, which say most."""
    lines = [line.strip() for line in text_of(error).splitlines() if line.strip()]
    return cut(" ".join(lines if len(lines) < 3 else [lines[0], lines[-1]]), MAX_LINE) or type(error).__name__


def _leave_stragglers(status: int) -> None:
    """End at once where a thread is still busy: for a pool's threads Python would wait, perhaps for ever."""
    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            thread.join(STRAGGLER_SECONDS)
            if thread.is_alive():
                logging.shutdown()
                with suppress(OSError, ValueError):
                    sys.stdout.flush()
                os._exit(status)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"pybeam: {cut(' '.join(message.split()), MAX_LINE)} ({self.prog} --help says more)\n")


def parser() -> argparse.ArgumentParser:
    """The parser of the command line; `act` of what it gives carries the command out."""
    top = _Parser(prog="pybeam", description="Named nodes with processes, links and supervisors, as in Erlang.")
    into = top.add_subparsers(metavar="COMMAND", required=True)

    added = _add(into, "run", commands.run, "run an application on a node of its own, in the foreground", "info")
    added.epilog = "example:\n  pybeam run apothik.application:Apothik --name apothik_1@127.0.0.1"
    added.add_argument("target", metavar="MODULE:APP", type=place, help="an Application, subclass or instance")
    added.add_argument("--name", required=True, type=node_name, help="the node's name, name@host")
    added.add_argument(
        "--env",
        metavar="KEY=VALUE",
        type=setting,
        action="append",
        default=[],
        help="a setting of the application, its value a Python literal; may be given again",
    )
    parent_help = "stop when the parent process ends (Linux); PID says which that is, should it have ended already"
    added.add_argument("--die-with-parent", metavar="PID", type=int, nargs="?", const=0, help=parent_help)
    _add_membership(added)

    added = _add(into, "shell", commands.shell, "open an IPython prompt, on a node where it is given a name")
    added.epilog = "example:\n  pybeam shell --name master@127.0.0.1\n  pybeam shell --remsh apothik_1@127.0.0.1"
    added.add_argument("--name", type=node_name, help="the node's name, name@host; without it no node can be reached")
    added.add_argument(
        "--rc", type=Path, metavar="FILE", help=f"Python to run first (otherwise {commands.RC}, where there is one)"
    )
    added.add_argument(
        "--remsh", metavar="NODE", type=node_name, help="a running node that evaluates what is typed, name@host"
    )
    _add_membership(added)

    added = _add(into, "ping", commands.ping, "say whether a node answers: pong, or pang and status 1")
    added.epilog = "example:\n  pybeam ping apothik_1@127.0.0.1"
    _add_asked(added)

    added = _add(into, "rpc", commands.rpc_, "call a function on a node and print what it returns")
    added.epilog = "example:\n  pybeam rpc apothik_1@127.0.0.1 apothik.cache:put \"'toto'\" 12"
    _add_asked(added)
    added.add_argument("function", metavar="MODULE:FUNCTION", type=place, help="looked up on that node")
    added.add_argument(
        "arguments", metavar="ARG", nargs="*", type=literal, help="a Python literal; a string needs two pairs of quotes"
    )
    added.add_argument("--timeout", type=seconds, default=5.0, metavar="SECONDS", help="how long to wait (5)")

    added = _add(into, "names", commands.names, "list the nodes of this host and their ports, as its port mapper does")
    added.epilog = "example:\n  pybeam names --epmd-port 4369"

    added = _add(into, "epmd", commands.epmd, "serve as this host's port mapper, in the foreground")
    added.epilog = "example:\n  pybeam epmd"
    return top


def _add(
    into: Any, name: str, act: Callable[[argparse.Namespace], int], about: str, quiet: str = "warning"
) -> argparse.ArgumentParser:
    added: argparse.ArgumentParser = into.add_parser(
        name,
        help=about,
        description=f"{about[0].upper()}{about[1:]}.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    added.set_defaults(act=act, quiet=quiet)
    added.add_argument(
        "--epmd-port",
        type=port_number,
        metavar="PORT",
        help=f"the port mapper's (otherwise PYBEAM_EPMD_PORT, or {EPMD_PORT})",
    )
    added.add_argument("--log", choices=LEVELS, help=f"what to log on stderr (otherwise PYBEAM_LOG, or {quiet})")
    return added


def _add_membership(to: argparse.ArgumentParser) -> None:
    to.add_argument("--hidden", action="store_true", help="stay out of the mesh and of the others' node.list()")
    to.add_argument(
        "--cookie", help="the cluster's secret (otherwise PYBEAM_COOKIE, or ~/.erlang.cookie); others see it in ps"
    )


def _add_asked(to: argparse.ArgumentParser) -> None:
    to.add_argument("node", metavar="NAME", type=node_name, help="the node, name@host")
    to.add_argument("--name", type=node_name, help="of the temporary node that asks (otherwise made up)")
    to.add_argument("--cookie", help="the cluster's secret (otherwise PYBEAM_COOKIE, or ~/.erlang.cookie)")


# ---------------------------------------------------------------------- arguments


def _told_from_options(text: str) -> str:
    # argparse knows -1 and -1.5 for numbers and takes -1e3 for an option; what begins with a space is never one.
    return f" {text}" if re.match(r"-[0-9.]", text) else text


def literal(text: str) -> Any:
    """A Python literal.

    Raises:
        ArgumentTypeError: it is none.

    >>> literal("{'a': [1, 2.5]}")
    {'a': [1, 2.5]}
    """
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        what, quoted = cut(text, MAX_ECHO), cut(repr(text), MAX_ECHO)
        raise argparse.ArgumentTypeError(
            f'{what} is no Python literal; if it is to be a string, write "{quoted}" with both pairs of quotes'
        ) from None


def setting(text: str) -> tuple[str, Any]:
    """A `key=value` with a Python literal as its value.

    >>> setting("port=8080")
    ('port', 8080)
    """
    key, equals, value = text.partition("=")
    if not key.isidentifier() or not equals:
        raise argparse.ArgumentTypeError(f"write a setting as key=value, not {text}")
    return key, literal(value)


def node_name(text: str) -> str:
    """A well-formed `name@host`."""
    try:
        split_name(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def place(text: str) -> str:
    """A `package.module:name`."""
    module, _, path = text.partition(":")
    if not module or not path:
        raise argparse.ArgumentTypeError(f"write it as package.module:name, not {text}")
    return text


def seconds(text: str) -> float:
    """A number of seconds, at least 0."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not number >= 0:
        raise argparse.ArgumentTypeError(f"a timeout is a number of seconds, at least 0, not {text}")
    return number


def port_number(text: str) -> int:
    """A TCP port."""
    if not is_port(text):
        raise argparse.ArgumentTypeError(f"a port is a number from 1 to 65535, not {text}")
    return int(text)
