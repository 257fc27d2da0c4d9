"""What the memory of this OS process was and is, from /proc."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

FORGET_THE_PEAK = "5"
"""What /proc/self/clear_refs takes for it; proc(5)."""


def resident(pid: int | str = "self") -> int:
    """Bytes in memory now."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def peak() -> int:
    """The most bytes that were in memory at once, since the peak was last forgotten."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise OSError("/proc/self/status has no VmHWM")


def peak_above() -> Callable[[], int]:
    """From now on: how many bytes more than now there were at the most."""
    Path("/proc/self/clear_refs").write_text(FORGET_THE_PEAK)
    before = resident()
    return lambda: max(0, peak() - before)


def processor_seconds(pid: int) -> float:
    """Seconds that the OS process has run."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
