"""What the tests of the command line and of the prompt share: a place to run `pybeam` in, apart from all others."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.integration.mapping import PROJECT, free_port

DEMO = """
import os, sys, time
from functools import partial
from pybeam import Application, ChildSpec, GenServer, process

def say(*words):
    print("demo:", *words, file=sys.stderr, flush=True)

class Worker(GenServer):
    def init(self, name):
        process.trap_exit(True)
        self.name = name

    def handle_call(self, request, from_):
        return eval(request, {"time": time, "process": process, "os": os})

    def terminate(self, reason):
        say("stopped", self.name)

class Demo(Application):
    name = "demo.supervisor"
    names = ("one", "two", "three")

    def children(self):
        return [ChildSpec(name, partial(GenServer.start_link, Worker, name, name=name)) for name in self.names]

class Small(Demo):
    names = ("one",)

class Fails(Demo):
    def before_start(self):
        raise RuntimeError("no disk")

class Slow(Demo):
    def after_stop(self):
        process.sleep(60)

def ask(expression):
    return GenServer.call("one", expression, timeout=None)
"""
"""The module `demo` of every lab."""


def until(holds: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"does not hold within {seconds} s"
        time.sleep(0.02)


class Running:
    """A `pybeam` that runs; what it writes to stderr goes to a file."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self.process = process
        self.pid = process.pid
        self._log = log

    def log(self) -> str:
        return self._log.read_text()

    def says(self, text: str) -> None:
        """Wait until it has written `text` to stderr."""
        until(lambda: text in self.log() or self._ended(text))

    def _ended(self, text: str) -> bool:
        assert self.process.poll() is None, f"it ended without saying {text!r}:\n{self.log()}"
        return False

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def ends(self, seconds: float = 10.0) -> int:
        """Wait for its end; the status."""
        return self.process.wait(seconds)


@dataclass
class Lab:
    """A directory with the module `demo` in it, a port mapper's port, and a cookie, of a test's own."""

    directory: Path
    port: int = field(default_factory=free_port)
    running: list[Running] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TMPDIR") if name in os.environ}
        return kept | {
            "HOME": str(self.directory / "home"),
            "PYTHONPATH": str(PROJECT),
            "PYBEAM_EPMD_PORT": str(self.port),
            "PYBEAM_COOKIE": "a cookie for a test",
            "TERM": "xterm",
        }

    def pybeam(self, *arguments: str, text: str | None = None, **changes: str) -> subprocess.CompletedProcess[str]:
        """Run one command to its end.

        Args:
            text: its stdin.
            changes: to its environment.
        """
        return subprocess.run(
            [sys.executable, "-m", "pybeam", *arguments],
            cwd=self.directory,
            env=self.environment | changes,
            input=text,
            stdin=subprocess.DEVNULL if text is None else None,
            capture_output=True,
            text=True,
            timeout=30,
        )

    def start(self, *arguments: str, before: Callable[[], object] | None = None) -> Running:
        """Start a command that stays."""
        log = self.directory / f"log{len(self.running)}"
        with log.open("w") as stderr:
            process = subprocess.Popen(
                [sys.executable, "-m", "pybeam", *arguments],
                cwd=self.directory,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=stderr,
                stderr=stderr,
                text=True,
                preexec_fn=before,
            )
        self.running.append(Running(process, log))
        return self.running[-1]

    def node(self, name: str, application: str = "Small", *options: str, **more: Callable[[], object]) -> Running:
        """Start a node that runs an application of `demo`, and wait until it does."""
        running = self.start("run", f"demo:{application}", "--name", name, *options, **more)
        running.says(f"{name} runs {application}")
        return running

    def asks(self, name: str, *arguments: str) -> str:
        """What `pybeam rpc` prints."""
        done = self.pybeam("rpc", name, *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@contextmanager
def lab_in(directory: Path) -> Iterator[Lab]:
    """A lab; whatever it started is killed at the end."""
    (directory / "home").mkdir()
    (directory / "demo.py").write_text(DEMO)
    lab = Lab(directory)
    try:
        yield lab
    finally:
        for running in lab.running:
            running.process.kill()
            running.process.wait()
