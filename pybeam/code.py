"""Send a module's new source to running nodes: servers go on with it, in the middle of their work.

In two phases. Each node compiles and executes the module, apart from everything else. Only when that went
well on all of them do they put it in the place of the old one; then each server whose class comes from it
changes between two of its callbacks. Follows the BEAM's code loading and OTP's release handling.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Literal

from . import node, process, rpc
from .errors import BadRpc, CodeError
from .otp.loading import Loaded
from .otp.modules import Source, version_of
from .terms import split_name

__all__ = ["Loaded", "load", "version"]

GRACE = 10.0
"""Seconds that either phase may take besides what it waits for."""


def load(
    module: ModuleType | str,
    nodes: Sequence[str] | Literal["all"] | None = None,
    *,
    source: str | None = None,
    timeout: float = 30.0,
    change_timeout: float = 5.0,
) -> dict[str, Loaded | BadRpc]:
    """Load a module's source, as it is now, on this node or others.

    Running servers whose class comes from it get the new class of the same name, and their
    `code_change(old_version)` is called. Later starts and restarts take the new class too. What others
    have imported by `from module import f` stays old, and so do objects that are no servers. No file is
    written: a node that is started again imports what it finds on its disk.

    Args:
        module: the module or its dotted name.
        nodes: names of nodes; `"all"` for this one and those of `node.list()`; None for this one.
        source: its new text; without it, what its file holds on this node.
        timeout: seconds for a node to execute it.
        change_timeout: seconds to wait for servers that are in the middle of a callback. Who takes
            longer is told as `busy` and changes when that ends.

    Returns:
        For each node a `Loaded`; or a `BadRpc`, where the node was lost between the two phases.

    Raises:
        CodeError: the module does not compile, raised as it was executed, or a node could not be
            reached or was busy with another load; says for each node. Nothing was changed anywhere.
        ValueError: a module of pybeam itself, or `__main__`; a malformed name; a timeout that is none.
        TypeError: no module and no name of one.

    >>> import sys
    >>> sys.modules["greeting"] = ModuleType("greeting")
    >>> loaded = load("greeting", source="def hello():\\n    return 'good day'")
    >>> loaded[node.self()].old_version is None
    True
    >>> import greeting
    >>> greeting.hello()
    'good day'
    """
    for seconds in (timeout, change_timeout):
        if not isinstance(seconds, (int, float)) or not seconds >= 0:
            raise ValueError(f"a timeout is a number of seconds, at least 0, not {seconds!r}")
    names, sent = _names(nodes), _source(module, source)
    # Each node gives up by itself: one that went on unheard would keep its half-made module in the old one's place.
    outcomes = rpc.multicall(
        names, "pybeam.otp.loading:prepare", sent, process.self(), timeout, timeout=timeout + GRACE
    )
    prepared = dict(zip(names, outcomes, strict=True))
    failures = {name: result.reason for name, result in prepared.items() if isinstance(result, BadRpc)}
    waiting = {name: pid for name, pid in prepared.items() if name not in failures}
    results = rpc.multicall(
        list(waiting),
        "pybeam.otp.loading:decide",
        waiting,
        "abort" if failures else "commit",
        change_timeout,
        timeout=change_timeout + GRACE,
    )
    if failures:
        raise CodeError(sent.name, failures)
    return dict(zip(waiting, results, strict=True))


def version(module: ModuleType | str) -> object:
    """The version of a module on this node, as `code_change` gets it.

    Returns:
        Its `__version__`; else the hash of the source that it was loaded from; None for a module that
        was imported in the usual way, or not at all.
    """
    return version_of(sys.modules.get(module) if isinstance(module, str) else module)


def _names(nodes: Sequence[str] | Literal["all"] | None) -> list[str]:
    if nodes is None or (isinstance(nodes, str) and nodes == "all"):
        return [node.self(), *(node.list() if nodes else ())]
    if isinstance(nodes, str) or not isinstance(nodes, Sequence):
        raise ValueError(f"nodes is a list of names, 'all', or None for this node, not {nodes!r}")
    for name in nodes:
        split_name(name)
    return list(dict.fromkeys(nodes))


def _source(module: ModuleType | str, text: str | None) -> Source:
    name = module.__name__ if isinstance(module, ModuleType) else module
    if not isinstance(name, str):
        raise TypeError(f"a module or its name is needed here, not {module!r}")
    if name.partition(".")[0] == __package__ or name == "__main__":
        raise ValueError(f"{name} cannot be replaced while it runs")
    if not all(part.isidentifier() for part in name.split(".")):
        raise ValueError(f"bad module name {name!r}: write it as package.module")
    spec = _spec(name, text is None)
    file = (spec.origin if spec is not None else None) or f"<{name}>"
    is_package = spec is not None and spec.submodule_search_locations is not None
    return Source(name, _read(name, file) if text is None else text, file, is_package)


def _spec(name: str, needed: bool) -> ModuleSpec | None:
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):  # its package does not exist, or it was made by hand
        spec = None
    if spec is None and needed:
        raise CodeError(name, {node.self(): ModuleNotFoundError(f"no file of {name} is found")})
    return spec


def _read(name: str, file: str) -> str:
    try:
        return importlib.util.decode_source(Path(file).read_bytes())
    except (OSError, SyntaxError, UnicodeError) as error:
        raise CodeError(name, {node.self(): error}) from None
