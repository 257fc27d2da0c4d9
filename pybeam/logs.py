"""Log lines for people, on stderr: `17:32:13.703 [info] connected`. Only what owns the OS process sets them up."""

from __future__ import annotations

import logging
import sys
from contextlib import suppress

from .errors import PybeamError

LEVELS = ("debug", "info", "warning", "error", "critical")


def log_to_stderr(level: str) -> None:
    """Send what is logged in this OS process, from `level` on, to stderr.

    Raises:
        PybeamError: no such level; also as PYBEAM_LOG gives it.
    """
    if level.lower() not in LEVELS:
        raise PybeamError(f"there is no logging level {level!r}: take one of {', '.join(LEVELS)}")
    handler = _Stderr()
    handler.setFormatter(LogLine())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)


class LogLine(logging.Formatter):
    """Writes a record as `17:32:13.703 [info] connected`, then the traceback where there is one."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s.%(msecs)03d [%(level)s] %(message)s", "%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        record.level = record.levelname.lower()
        return super().format(record)


class _Stderr(logging.Handler):
    """Writes to whatever `sys.stderr` is now: at a prompt it is changed so that lines stay off the prompt."""

    def emit(self, record: logging.LogRecord) -> None:
        # The terminal may have gone, or a text may raise as it is made; the node runs on.
        with suppress(Exception):
            # In one write: five nodes share a terminal, and a line's end of its own falls into another's line.
            sys.stderr.write(self.format(record) + "\n")
            sys.stderr.flush()
