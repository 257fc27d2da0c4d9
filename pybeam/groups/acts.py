"""The values in which `claims` says what a name server is to do. Pure."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, NamedTuple

from ..terms import Pid

Name = Hashable
Stamp = tuple[int, int]
"""Tells a claim from all others, and orders them: the node's clock, and its creation."""
Resolve = Callable[[Name, Pid, Pid], object]


class Claim(NamedTuple):
    """One claim, as it travels."""

    pid: Pid
    stamp: Stamp


class Post(NamedTuple):
    """Tell the peer on `node`; `facts` are the arguments of its method `kind`, after the node."""

    node: str
    kind: str
    facts: tuple[Any, ...]


class Answer(NamedTuple):
    """Answer the request of `ticket`."""

    ticket: object
    value: bool


class Watch(NamedTuple):
    """Call `died` when the process ends."""

    pid: Pid


class Unwatch(NamedTuple):
    """No more of that."""

    pid: Pid


class Tell(NamedTuple):
    """The process has lost its name in a conflict: tell it."""

    pid: Pid
    name: Name


class Judge(NamedTuple):
    """Ask `resolve` who is to have the name, and call `verdict` with these and the answer."""

    name: Name
    ours: Claim
    node: str
    theirs: Claim
    resolve: Resolve


Act = Post | Answer | Watch | Unwatch | Tell | Judge
