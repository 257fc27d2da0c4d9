"""What the tests of scripts/ share: a place to run them in, a terminal around one, and who is left of it."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import termios
import time
from ast import literal_eval
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.integration.lab import Lab, lab_in, until
from tests.integration.mapping import PROJECT, listed

STOP_SECONDS = 3.0
"""What the cluster script may take to end, with every node."""

START_SECONDS = 20.0
"""What a cluster may take to start on a busy machine."""


def node(i: int) -> str:
    return f"apothik_{i}@127.0.0.1"


class Terminal:
    """A terminal of its own, and a script in its foreground.

    Args:
        stdout: where the script's goes, if not to the terminal.
        leads: whether the script is the one that a user's terminal starts first. When such a one is
            killed, the kernel sends SIGHUP to all in the foreground, and hides what the script does.
            Otherwise it is started as by another program, and keys do not reach it.
    """

    def __init__(
        self,
        command: list[str],
        directory: Path,
        environment: dict[str, str],
        stdout: int | None = None,
        leads: bool = True,
    ) -> None:
        self._end, inner = os.openpty()
        os.set_blocking(self._end, False)
        self.process = subprocess.Popen(
            command,
            cwd=directory,
            env=environment,
            stdin=inner,
            stdout=inner if stdout is None else stdout,
            stderr=inner,
            start_new_session=leads,
            preexec_fn=_take_terminal if leads else None,
        )
        os.close(inner)
        self._shown = b""

    @property
    def screen(self) -> str:
        """All that it has shown."""
        # EIO: nobody has the terminal any more.
        with suppress(OSError):
            while text := os.read(self._end, 4096):
                self._shown += text
        return self._shown.decode().replace("\r\n", "\n")

    def shows(self, text: str) -> None:
        """Wait until it has shown `text`."""
        end = time.monotonic() + START_SECONDS
        while text not in self.screen:
            ended = self.process.poll() is not None and text not in self.screen
            assert not ended and time.monotonic() < end, f"{text!r} is not shown:\n{self.screen}"
            time.sleep(0.02)

    def type(self, line: str) -> None:
        os.write(self._end, line.encode() + b"\r")

    def ctrl_c(self) -> None:
        """What the key does: SIGINT to every process in the terminal's foreground."""
        os.write(self._end, b"\x03")

    def hang_up(self) -> None:
        """Close the terminal's window."""
        os.close(self._end)
        self._end = -1

    def ends(self, seconds: float = STOP_SECONDS) -> int:
        """Wait for its end; the status."""
        until(lambda: (self.screen, self.process.poll())[1] is not None, seconds)
        return self.process.returncode

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        if self._end >= 0:
            self.hang_up()


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@dataclass
class Place:
    """A home directory, a cookie and a port mapper's port of a test's own, and the scripts that run there."""

    lab: Lab
    project: Path = PROJECT
    terminals: list[Terminal] = field(default_factory=list)

    def _environment(self, changes: dict[str, str | None]) -> dict[str, str]:
        changed = self.lab.environment | {"PYTHONPATH": None} | changes
        return {name: value for name, value in changed.items() if value is not None}

    def _command(self, script: str, arguments: tuple[object, ...]) -> list[str]:
        path = self.project / "scripts" / script
        return [str(path if script.endswith(".sh") else script), *map(str, arguments)]

    def open(self, script: str, *arguments: object, **changes: str | None) -> Terminal:
        """Start a script, or another command, in a terminal.

        Args:
            changes: to its environment; None takes a variable away.
        """
        command, environment = self._command(script, arguments), self._environment(changes)
        self.terminals.append(Terminal(command, self.lab.directory, environment))
        return self.terminals[-1]

    def start(self, script: str, *arguments: object, stdout: int | None = None) -> Terminal:
        """Start a script as another program does; keys do not reach it.

        Args:
            stdout: where it goes, if not to the terminal.
        """
        command, environment = self._command(script, arguments), self._environment({})
        self.terminals.append(Terminal(command, self.lab.directory, environment, stdout, leads=False))
        return self.terminals[-1]

    def cluster(self, size: int, **changes: str | None) -> Terminal:
        """Start a cluster, and wait until each node has its name."""
        terminal = self.open("start_cluster.sh", size, **changes)
        self.is_up(terminal, size)
        return terminal

    def is_up(self, terminal: Terminal, size: int) -> None:
        for i in range(1, size + 1):
            terminal.shows(f"{node(i)} runs Apothik")

    def run(
        self, script: str, *arguments: object, text: str = "", **changes: str | None
    ) -> subprocess.CompletedProcess[str]:
        """Run a script to its end, away from any terminal.

        Args:
            text: its stdin.
            changes: to its environment; None takes a variable away.
        """
        return subprocess.run(
            self._command(script, arguments),
            cwd=self.lab.directory,
            env=self._environment(changes),
            input=text,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def names(self) -> list[str]:
        """The nodes that the port mapper lists."""
        return listed(self.lab.port)

    def asks(self, i: int, function: str, *arguments: object) -> object:
        """What a function returns on node `i`."""
        return literal_eval(self.lab.asks(node(i), function, *map(repr, arguments)))

    def is_mesh(self, *numbers: int) -> bool:
        """Whether each of these nodes is connected to all the others, and to no other."""
        names = [node(i) for i in numbers]
        seen = self.asks(numbers[0], "pybeam.rpc:multicall", names, "pybeam.node:list")
        assert isinstance(seen, list)
        return [sorted(each) for each in seen] == [sorted({*names} - {name}) for name in names]

    def pid(self, i: int) -> int:
        """The OS process that is node `i`."""
        pid = self.asks(i, "os:getpid")
        assert isinstance(pid, int)
        return pid

    def processes(self) -> set[int]:
        """All that was started here and has not ended: each has inherited this place's port."""
        mark = f"PYBEAM_EPMD_PORT={self.lab.port}\0".encode()
        return {int(path.parent.name) for path in Path("/proc").glob("[0-9]*/environ") if mark in _content(path)}


def command_line(pid: int) -> str:
    return _content(Path(f"/proc/{pid}/cmdline")).replace(b"\0", b" ").decode()


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # it has ended, or is another user's
        return b""


def are_gone(processes: set[int]) -> bool:
    """Whether each of these has ended, and was waited for."""
    return not any(Path(f"/proc/{pid}").exists() for pid in processes)


@contextmanager
def place_in(directory: Path) -> Iterator[Place]:
    """A place; whatever still runs there is killed at the end."""
    with lab_in(directory) as lab:
        place = Place(lab)
        try:
            yield place
        finally:
            for terminal in place.terminals:
                terminal.close()
            for pid in place.processes():
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
