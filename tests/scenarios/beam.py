"""Run scenarios on a real BEAM: all of them in one, which starts the further nodes that they ask for."""

from __future__ import annotations

import os
import secrets
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from shutil import which

from tests.integration.mapping import free_port
from tests.scenarios.catalogue import FOLDER, parsed
from tests.scenarios.stage import HERE

LIMIT = 600.0


class NoBeam(Exception):
    """There is no BEAM on this machine, or it did not do what it should."""


def play(ids: Sequence[str]) -> tuple[str, dict[str, list[str]]]:
    """Run the scripts with these ids.

    Returns:
        The line that tells the versions, and the traces by id.

    Raises:
        NoBeam: Elixir is not installed, or has failed.
    """
    if which("elixir") is None or which("epmd") is None:
        raise NoBeam("there is no elixir here: apt-get install elixir erlang-base erlang-crypto")
    with _port_mapper() as port:
        done = subprocess.run(
            [*_COMMAND, "--cookie", secrets.token_hex(16), str(FOLDER / "run.exs"), *ids],
            env=os.environ | {"ERL_EPMD_PORT": str(port), "ERL_EPMD_ADDRESS": "127.0.0.1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT,
        )
    traces = parsed(done.stdout)
    if done.returncode or list(traces) != list(ids):
        raise NoBeam(f"run.exs ended with {done.returncode} after {len(traces)} scenarios:\n{done.stderr}")
    return done.stdout.partition("\n")[0], traces


_KERNEL = "-start_epmd false -kernel inet_dist_use_interface {127,0,0,1} -kernel prevent_overlapping_partitions false"
_COMMAND = ["elixir", "--name", HERE, "--erl", _KERNEL]


@contextmanager
def _port_mapper() -> Iterator[int]:
    # By hand and not by erl, which would leave it behind.
    port = free_port()
    process = subprocess.Popen(["epmd", "-port", str(port), "-address", "127.0.0.1"], stdin=subprocess.DEVNULL)
    try:
        yield port
    finally:
        process.kill()
        process.wait()
