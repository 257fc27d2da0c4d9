"""Ray: an actor in another OS process of this machine. Its own processes come and go with this one."""

from __future__ import annotations

import os
import tempfile
import time
from importlib.metadata import version

import ray

from bench.side import REQUEST, Readings, bind, serve, timed


class Echo:
    """Answers each request with itself, on the cores of the other side."""

    def __init__(self, cores: str) -> None:
        bind(cores)

    def echo(self, request: object) -> object:
        return request


def main(folder: str) -> None:
    ray.init(
        num_cpus=2,
        include_dashboard=False,
        log_to_driver=False,
        configure_logging=False,
        _node_ip_address="127.0.0.1",
        _temp_dir=folder,
    )
    echo = ray.remote(Echo).remote(os.environ["BENCH_OTHER_CORES"])
    ray.get(echo.echo.remote(REQUEST))

    def call_remote(count: int, callers: int) -> Readings:
        if callers == 1:
            return timed(count, lambda: ray.get(echo.echo.remote(REQUEST)))
        start = time.perf_counter()
        for _ in range(max(1, count // callers)):
            ray.get([echo.echo.remote(REQUEST) for _ in range(callers)])
        return {"each": (time.perf_counter() - start) / (max(1, count // callers) * callers)}

    try:
        serve({"call_remote": call_remote}, version("ray"))
    finally:
        ray.shutdown()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="bench_ray_", ignore_cleanup_errors=True) as folder:
        main(folder)
