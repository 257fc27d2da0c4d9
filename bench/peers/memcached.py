"""pymemcache, and the memcached that the command has started. The argument is its port."""

from __future__ import annotations

import sys
from importlib.metadata import version
from itertools import cycle, islice

from pymemcache.client.base import Client

from bench.side import Readings, serve, timed


def main() -> None:
    client = Client(("127.0.0.1", int(sys.argv[1])), no_delay=True)
    client.set_many({f"k_1_{j}": str(j) for j in range(1, 1001)})
    keys = cycle(f"k_1_{j}" for j in range(1, 1001))

    def cache_get(count: int, callers: int) -> Readings:
        if callers == 1:
            return timed(count, lambda: client.get(next(keys)))
        batches = timed(max(1, count // callers), lambda: client.get_many(list(islice(keys, callers))))
        return {"each": batches["each"] / callers}

    serve({"cache_get": cache_get}, f"pymemcache {version('pymemcache')}, memcached {client.version().decode()}")


if __name__ == "__main__":
    main()
