"""How costs go with sizes: the works along each axis, for a plot of each. Data, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bench.works import MEGABYTES, MICROSECONDS, SECONDS, SHARE, Ask, Unit, Work


@dataclass(frozen=True, slots=True)
class Growth:
    """How a cost goes with a size: works along an axis, and a plot of them.

    Args:
        flat: whether the cost should not grow with the size, so that a jump is a cliff.
        log: whether the plot's upright axis is logarithmic.
    """

    key: str
    title: str
    axis: str
    cost: str
    works: tuple[tuple[int, Work], ...]
    flat: bool = True
    log: bool = False


def powers(base: int, last: int) -> Iterator[int]:
    """
    >>> list(powers(10, 1000))
    [1, 10, 100, 1000]
    """
    size = 1
    while size <= last:
        yield size
        size *= base


def grown(
    key: str, ask: Ask, option: str, sizes: tuple[int, ...], unit: Unit = MICROSECONDS, reading: str = "each"
) -> tuple[tuple[int, Work], ...]:
    """A work for each size, told in `option`."""
    asks = ((size, replace(ask, options=(*ask.options, (option, size)), quick=False)) for size in sizes)
    return tuple((size, Work(f"{key}_{size}", f"{key} {size:,}", unit, each, (), reading)) for size, each in asks)


MESH = Ask("mesh", (("rest", 2),), most=None, rounds=1, limit=180)
NODES = (2, 5, 10, 20, 40)

GROWTHS = (
    Growth(
        "callers",
        "A call to another node",
        "callers",
        "µs a call",
        grown("callers", Ask("callers", rounds=3), "callers", tuple(powers(4, 4096))),
    ),
    Growth(
        "processes",
        "Starting one more idle GenServer",
        "GenServers",
        "µs each",
        grown("processes", Ask("idle", most=None, rounds=2, limit=240), "count", tuple(powers(10, 10**6))),
    ),
    Growth(
        "names",
        "A call by a registered name",
        "names on the node",
        "µs a call",
        grown("names", Ask("names", rounds=2, most=100_000), "names", tuple(powers(10, 10**5))),
    ),
    Growth(
        "sizes",
        "Bytes to another node",
        "bytes a message",
        "µs a message",
        grown("sizes", Ask("sizes", rounds=2, most=20_000, limit=120), "size", tuple(powers(10, 10**9))[1:]),
        log=True,
    ),
    Growth(
        "mesh",
        "Forming a mesh",
        "nodes on one machine",
        "s",
        grown("mesh", MESH, "nodes", NODES, SECONDS, "formed"),
        flat=False,
    ),
    Growth(
        "mesh_memory",
        "A node's resident memory in a mesh",
        "nodes on one machine",
        "MB",
        grown("mesh_memory", MESH, "nodes", NODES, MEGABYTES, "bytes"),
    ),
    Growth(
        "mesh_idle",
        "What an idle node of a mesh takes of a core",
        "nodes on one machine",
        "%",
        grown("mesh_idle", MESH, "nodes", NODES, SHARE, "idle"),
        flat=False,
    ),
)
