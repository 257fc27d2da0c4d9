"""What a run stands on: the machine, its cores, free ports, and an environment for each peer."""

from __future__ import annotations

import os
import platform
import shutil
import socket
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

INSTALL_LIMIT = 600.0
"""Seconds that pip gets for one peer."""


class Unavailable(Exception):
    """Something cannot take part: why, in one line."""


def cores() -> tuple[set[int], set[int]]:
    """The cores for a caller and for who is called: different ones, where there are two."""
    first, *others = sorted(os.sched_getaffinity(0))
    return {first}, set(others) or {first}


def free_port() -> int:
    """A port of the loopback interface that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def listens(port: int) -> bool:
    """Whether somebody does."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def found(program: str) -> str:
    """Where a program is.

    Raises:
        Unavailable: it is not installed.
    """
    path = shutil.which(program)
    if path is None:
        raise Unavailable(f"{program} is not installed")
    return path


def python_with(package: str, folder: Path) -> str:
    """A Python that has `package`, in a virtual environment of its own. Made once.

    Raises:
        Unavailable: it could not be made, and what pip said last.
    """
    home = folder / package.lower()
    python, stamp = home / "bin" / "python", home / "installed"
    wanted = f"{package} {platform.python_version()}"
    if not (stamp.exists() and stamp.read_text() == wanted):
        print(f"installing {package} in an environment of its own", file=sys.stderr)
        _run([sys.executable, "-m", "venv", "--clear", str(home)])
        _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", package])
        stamp.write_text(wanted)
    return str(python)


def machine() -> str:
    """The machine and the versions, in a sentence."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    kernel = platform.release().split("-")[0]
    versions = ", ".join(f"{name} {_version(name)}" for name in ("pyzmq", "greenlet"))
    return (
        f"{os.cpu_count()} cores ({_processor()}), {memory:.0f} GiB of memory, {platform.system()} {kernel}, "
        f"CPython {platform.python_version()}, {versions}"
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"


def _run(command: list[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_LIMIT, check=False)
    except subprocess.TimeoutExpired:
        raise Unavailable(f"not installed within {INSTALL_LIMIT:.0f} s") from None
    if done.returncode:
        lines = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        raise Unavailable(f"not installed: {lines[-1][:200] if lines else 'pip said nothing'}")
