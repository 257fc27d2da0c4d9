"""redis-py, and the redis-server that the command has started. The argument is its port."""

from __future__ import annotations

import sys
from importlib.metadata import version
from itertools import cycle

import redis

from bench.side import Readings, serve, timed


def main() -> None:
    client = redis.Redis(host="127.0.0.1", port=int(sys.argv[1]))
    for j in range(1, 1001):
        client.set(f"k_1_{j}", j)
    keys = cycle(f"k_1_{j}" for j in range(1, 1001))

    def batch(size: int) -> None:
        pipeline = client.pipeline(transaction=False)
        for _ in range(size):
            pipeline.get(next(keys))
        pipeline.execute()

    def cache_get(count: int, callers: int) -> Readings:
        if callers == 1:
            return timed(count, lambda: client.get(next(keys)))
        return {"each": timed(max(1, count // callers), lambda: batch(callers))["each"] / callers}

    serve(
        {"cache_get": cache_get}, f"redis-py {version('redis')}, redis-server {client.info('server')['redis_version']}"
    )


if __name__ == "__main__":
    main()
