"""What each command of the command line does. Takes parsed options, prints, returns the exit status.

A failure is a `PybeamError` with a text for people. What is heavy (IPython, sockets) is imported when a
command needs it.
"""

from __future__ import annotations

import importlib
import os
import secrets
import sys
import traceback
from argparse import Namespace
from pathlib import Path
from typing import Any

from . import node, rpc
from .errors import PybeamError, text_of
from .terms import split_name

RC = Path(".pythonrc.py")
"""What `shell` runs first where no --rc is given and the current directory has it."""


def run(options: Namespace) -> int:
    """`pybeam run`"""
    from . import runner

    if options.die_with_parent is not None:
        runner.die_with_parent(options.die_with_parent)
    application = find_application(options.target)
    runner.run(
        node.prepare_node(options.name, hidden=options.hidden, **_settings(options)), application, dict(options.env)
    )
    return 0


def shell(options: Namespace) -> int:
    """`pybeam shell`"""
    if options.remsh is not None:
        return _remote_shell(options)
    rc = options.rc or (RC if RC.is_file() else None)
    if rc is not None and not rc.is_file():
        raise PybeamError(f"there is no file {rc}")
    _look_here_first()
    try:
        if options.name is not None:
            node.start_node(options.name, hidden=options.hidden, **_settings(options))
        from .prompt.shell import run as show_prompt

        show_prompt(rc)
    finally:
        node.stop_node()
    return 0


def _remote_shell(options: Namespace) -> int:
    if options.rc is not None:
        raise PybeamError("give --rc or --remsh: what is typed at a remote prompt sees no names of this one")
    name = options.name or temporary_name(options.remsh, secrets.token_hex(3))
    with node.start_node(name, hidden=True, **_settings(options)):
        if node.ping(options.remsh) != "pong":
            raise PybeamError(f"node {options.remsh} cannot be reached: does it run, and with the same cookie?")
        from .prompt.remsh import run as show_prompt

        show_prompt(options.remsh)
    return 0


def ping(options: Namespace) -> int:
    """`pybeam ping`"""
    with _temporary_node(options):
        answer = node.ping(options.node)
    print(answer)
    return 0 if answer == "pong" else 1


def rpc_(options: Namespace) -> int:
    """`pybeam rpc`"""
    with _temporary_node(options):
        try:
            result = rpc.call(options.node, options.function, *options.arguments, timeout=options.timeout)
        except PybeamError:
            raise
        except BaseException as error:
            # Whatever the function raised there, SystemExit included, is raised here.
            raise PybeamError(f"{_text(error)} (raised on {options.node})") from error
    try:
        shown = repr(result)
    except BaseException as error:
        raise PybeamError(f"the result cannot be shown: {_text(error)}") from error
    print(shown)
    return 0


def names(options: Namespace) -> int:
    """`pybeam names`"""
    for name, port in node.known_names(options.epmd_port):
        print(name, port)
    return 0


def epmd(options: Namespace) -> int:
    """`pybeam epmd`"""

    def say(port: int) -> None:
        print(f"serving as the port mapper on port {port}; Ctrl-C ends it", file=sys.stderr)

    node.serve_port_mapper(options.epmd_port, say)
    return 0


def find_application(target: str) -> Any:
    """The application that `MODULE:APP` names, looked up as `python -m` does: here first.

    Raises:
        PybeamError: there is no such module or attribute, its import fails, or it is no application.
    """
    from .otp.application import Application

    module, _, path = target.partition(":")
    _look_here_first()
    try:
        found: Any = importlib.import_module(module)
    except BaseException as error:
        raise PybeamError(f"cannot import {module}: {_text(error)}{_place(error)}") from error
    for name in path.split("."):
        if not hasattr(found, name):
            raise PybeamError(f"cannot run {target}: {module} has no {path}")
        found = getattr(found, name)
    if not isinstance(found, Application) and not (isinstance(found, type) and issubclass(found, Application)):
        raise PybeamError(f"cannot run {target}: that is no Application, neither a subclass nor an instance")
    return found


def temporary_name(target: str, letters: str) -> str:
    """A name for a node that is only to reach the node `target` once.

    It is on this host's loopback if the target is, and else has this host's own name.

    >>> temporary_name("apothik_1@127.0.0.1", "1a2b3c")
    'cli_1a2b3c@127.0.0.1'
    """
    host = split_name(target)[1]
    is_loopback = host.startswith("127.") or host in ("localhost", "::1", "[::1]")
    return f"cli_{letters}@{host if is_loopback else os.uname().nodename}"


def _temporary_node(options: Namespace) -> node.Node:
    name = options.name or temporary_name(options.node, secrets.token_hex(3))
    return node.start_node(name, hidden=True, **_settings(options))


def _settings(options: Namespace) -> dict[str, Any]:
    return {"cookie": options.cookie, "epmd_port": options.epmd_port}


def _look_here_first() -> None:
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())


def _text(error: BaseException) -> str:
    text = text_of(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _place(error: BaseException) -> str:
    if isinstance(error, ModuleNotFoundError):
        return ""  # its text says which; the place is in the import system
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f" ({last.filename}, line {last.lineno})"
