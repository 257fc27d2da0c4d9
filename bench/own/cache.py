"""apothik on five nodes, filled from outside and asked from inside: `python -m bench.own.cache`.

The nodes are started by the command; this is the prompt's side, and what runs on node 1 when the
cache is asked from there.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from itertools import cycle
from typing import Any

from apothik import cache
from apothik.cluster import node_list, node_of
from apothik.master import Master
from bench.own.calls import from_many
from bench.side import Readings, serve, timed
from pybeam import node, process, rpc, start_node

KEYS = 1000
"""How many are asked for, in turn."""


def fill(count: int, window: int) -> Readings:
    start = time.perf_counter()
    Master.fill(1, count, window)
    return {"each": (time.perf_counter() - start) / count}


def ask(task: str, **options: Any) -> Readings:
    """Have node 1 do it."""
    readings: Readings = rpc.call(node_list()[0], f"bench.own.cache:{task}", **options, timeout=None)
    return readings


def get_here(count: int, callers: int) -> Readings:
    """On one of the nodes: get any key, from so many processes; from one only what others hold."""
    keys = [f"k_1_{j}" for j in range(1, KEYS + 1)]
    if callers > 1:
        return from_many(count, callers, _getter(keys))
    return process.run(timed, count, _getter([key for key in keys if node_of(key) != node.self()]))


def own_here(count: int) -> Readings:
    """On one of the nodes: get what it holds itself."""
    keys = [f"k_1_{j}" for j in range(1, KEYS + 1)]
    return process.run(timed, count, _getter([key for key in keys if node_of(key) == node.self()]))


def _getter(keys: list[str]) -> Callable[[], Any]:
    turn = cycle(keys)
    return lambda: cache.get(next(turn))


def wait_for_cluster(seconds: float = 20) -> None:
    """Until each node answers, and sees the four others and this one."""
    end = time.monotonic() + seconds
    for name in node_list():
        while node.ping(name) != "pong" or len(rpc.call(name, "pybeam.node:list")) < 5:
            assert time.monotonic() < end, "the cluster did not come up"
            time.sleep(0.05)


def main() -> None:
    with start_node("master@127.0.0.1"):
        wait_for_cluster()
        Master.fill(1, KEYS, 64)
        serve({"fill": fill, "cache_get": partial(ask, "get_here"), "cache_own": partial(ask, "own_here")})


if __name__ == "__main__":
    main()
