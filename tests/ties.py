"""What the tests of links and monitors between nodes share."""

from __future__ import annotations

from typing import Any

from pybeam import pg, process
from pybeam.errors import ReceiveTimeout
from pybeam.groups import names
from pybeam.runtime.far import FarMonitor
from pybeam.testing.world import SimNode

A, B = "a@h", "b@h"

SERVICES = {pg.SCOPE, names.SERVER}
"""Servers of two nodes that monitor each other as long as these are connected."""


def told(seconds: float = 30.0) -> Any:
    """The next message of the calling process, or "nothing"."""
    try:
        return process.receive(timeout=seconds)
    except ReceiveTimeout:
        return "nothing"


def idle() -> None:
    process.receive()


def far_ties(*nodes: SimNode) -> list[object]:
    """What any process of these nodes still holds of a tie with another node, but for those of `pybeam.services`."""
    held: list[object] = []
    for each in nodes:
        for one in each.runtime.processes.values():
            if one.name in SERVICES:
                continue
            if one.far is not None:
                held += [*one.far.links, *one.far.watchers]
            held += [m for m in (one.monitors or {}).values() if isinstance(m, FarMonitor)]
        held += [key for key, watched in each.runtime.ties._watched.items() if watched.name not in SERVICES]
    return held
