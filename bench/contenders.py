"""Who takes part, and how each is started: a client that is asked, and the servers that it calls.

A new peer is one file in `bench/peers/` and one row here.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from bench.child import Child, Lost
from bench.surroundings import Unavailable, cores, found, free_port, listens, python_with
from bench.works import BEAM, CURVE, DICT, ECHO, FREE_ECHO, FUNCTION, OURS, TCP, Ask

ROOT = Path(__file__).resolve().parent.parent
START_LIMIT = 60.0
"""Seconds that a contender has to get ready."""


@dataclass(frozen=True, slots=True)
class Server:
    """What a client calls. In commands `{python}`, `{port}` and `{cookie}` are filled in.

    Args:
        ready: how it is seen to be: it `says` its address, it `listens` at the port, or
            the client finds out.
        everywhere: whether it may use all cores, and not only those of the called side; then it shares a session.
    """

    command: tuple[str, ...]
    ready: Literal["says", "listens", "client"] = "says"
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Contender:
    """Whose figures stand in one column.

    Args:
        part: which of the contender's works it does, where more than one client does them.
        client: its command; `{address}` is what the last server that said one said.
        program: what must be installed for it on this machine.
        package: what is installed for it, from the package index.
        resident: whether it stays up while others are measured. One that keeps
            the machine busy does not.
        everywhere: whether its client may use all cores; then it shares a session.
    """

    label: str
    client: tuple[str, ...]
    servers: tuple[Server, ...] = ()
    program: str = ""
    package: str = ""
    resident: bool = True
    everywhere: bool = False
    part: str = ""

    @property
    def name(self) -> str:
        """What notes and logs call it."""
        return f"{self.label} ({self.part})" if self.part else self.label


PYTHON = ("{python}", "-m")


def limit(label: str, kind: str, *, served: bool, everywhere: bool = False) -> Contender:
    command = (*PYTHON, "bench.limits", kind)
    servers = (Server((*command, "serve"), everywhere=everywhere),) if served else ()
    return Contender(label, (*command, "{address}") if served else command, servers, everywhere=everywhere)


def beam(name: str, script: str, *arguments: str) -> tuple[str, ...]:
    flags = "-start_epmd false -kernel inet_dist_use_interface {{127,0,0,1}} +P 2000000"
    script = str(ROOT / "bench" / "beam" / script)
    return ("elixir", "--name", f"{name}@127.0.0.1", "--cookie", "{cookie}", "--erl", flags, script, *arguments)


def peer(label: str, package: str, *, server: bool = True, resident: bool = True) -> Contender:
    command = (*PYTHON, f"bench.peers.{label.lower()}")
    servers = (Server((*command, "serve")),) if server else ()
    arguments = ("{address}",) if server else ()
    return Contender(label, (*command, *arguments), servers, package=package, resident=resident)


def cache(label: str, package: str, program: str, *options: str) -> Contender:
    client = (*PYTHON, f"bench.peers.{label.lower()}", "{port}")
    return Contender(label, client, (Server((program, *options), "listens"),), program=program, package=package)


FIVE = range(1, 6)
EPMD = Server(("epmd", "-port", "{port}", "-address", "127.0.0.1"), "listens", everywhere=True)
APOTHIK = (*PYTHON, "pybeam", "run", "apothik.application:Apothik", "--die-with-parent", "--name")

OWN = (
    Contender(
        OURS,
        (*PYTHON, "bench.own.calls", "{address}"),
        (Server((*PYTHON, "bench.own.server", "bench_peer@127.0.0.1")),),
        part="calls",
    ),
    Contender(
        OURS,
        (*PYTHON, "bench.own.cache"),
        tuple(Server((*APOTHIK, f"apothik_{i}@127.0.0.1"), "client", everywhere=True) for i in FIVE),
        everywhere=True,
        part="cache",
    ),
    Contender(OURS, (*PYTHON, "bench.own.fresh"), everywhere=True, part="starts"),
    Contender(OURS, (*PYTHON, "bench.own.events"), everywhere=True, part="events"),
)
LIMITS = (
    limit(ECHO, "echo", served=True),
    limit(FREE_ECHO, "lone", served=True, everywhere=True),
    limit(CURVE, "curve", served=True),
    limit(TCP, "tcp", served=True),
    limit(FUNCTION, "function", served=False),
    limit(DICT, "dict", served=False),
)
BEAMS = (
    Contender(
        BEAM,
        beam("bench", "calls.exs", "{address}"),
        (EPMD, Server(beam("bench_peer", "server.exs"))),
        program="elixir",
        part="calls",
    ),
    Contender(
        BEAM,
        beam("master", "master.exs"),
        (EPMD, *(Server(beam(f"apothik_{i}", "member.exs"), everywhere=True) for i in FIVE)),
        program="elixir",
        everywhere=True,
        part="cache",
    ),
)
PEERS = (
    peer("rpyc", "rpyc"),
    peer("Pyro5", "Pyro5"),
    peer("xoscar", "xoscar"),
    peer("pykka", "pykka", server=False),
    peer("lapinbeam", "lapinbeam"),
    peer("otpylib", "otpylib", server=False),
    peer("Ray", "ray", server=False, resident=False),
    cache(
        "Redis", "redis", "redis-server", "--port", "{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"
    ),
    cache("memcached", "pymemcache", "memcached", "-p", "{port}", "-l", "127.0.0.1", "-U", "0", "-u", "nobody"),
)


@dataclass(slots=True)
class Player:
    """A contender that is up."""

    contender: Contender
    client: Child
    tasks: frozenset[str]
    version: str
    counts: dict[Ask, int] = field(default_factory=dict)
    """How often it repeats what it is asked, once that has been found out."""

    def knows(self, ask: Ask) -> bool:
        return ask.task in self.tasks or ask.line(None) in self.tasks

    def do(self, ask: Ask, count: int | None) -> Mapping[str, float]:
        return self.client.ask(ask.line(count), ask.limit)


@contextlib.contextmanager
def up(contender: Contender, folder: Path) -> Iterator[Player]:
    """Start a contender, and end all of it when the block does.

    Args:
        folder: where peers are installed and what a process complains of is kept.

    Raises:
        Unavailable: it cannot be installed or started: why.
    """
    words = _words(contender, folder)
    env = _environment(words)
    client_cores, server_cores = cores()
    logs = folder / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:

        def start(command: tuple[str, ...], name: str, everywhere: bool, own: set[int], polite: bool) -> Child:
            where = client_cores | server_cores if everywhere else own
            filled = [part.format(**words) for part in command]
            log = logs / f"{contender.name} {name}.log".replace(" ", "_")
            child = Child(filled, cwd=ROOT, env=env, cores=where, log=log, ends_with_input=polite, alone=not everywhere)
            stack.callback(child.end)
            return child

        try:
            for number, server in enumerate(contender.servers):
                polite = server.ready == "says"
                child = start(server.command, f"server {number}", server.everywhere, server_cores, polite)
                _wait_until_ready(server, child, words)
            client = start(contender.client, "client", contender.everywhere, client_cores, True)
            hello = client.answer(START_LIMIT)
        except (Lost, OSError) as error:
            raise Unavailable(f"did not start: {error}") from error
        yield Player(contender, client, frozenset(hello["ready"]), hello.get("version", ""))


def _words(contender: Contender, folder: Path) -> dict[str, str]:
    if contender.program:
        found(contender.program)
    python = python_with(contender.package, folder) if contender.package else sys.executable
    return {"python": python, "port": str(free_port()), "cookie": secrets.token_hex(16), "address": ""}


def _environment(words: Mapping[str, str]) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYBEAM_EPMD_PORT": words["port"],
        "PYBEAM_COOKIE": words["cookie"],
        "PYBEAM_LOG": "error",
        "ERL_EPMD_PORT": words["port"],
        "RAY_AUTH_MODE": "disabled",
        "RAY_USAGE_STATS_ENABLED": "0",
        "BENCH_OTHER_CORES": ",".join(map(str, sorted(cores()[1]))),
    }


def _wait_until_ready(server: Server, child: Child, words: dict[str, str]) -> None:
    if server.ready == "says":
        hello: Mapping[str, Any] = child.answer(START_LIMIT)
        words["address"] = str(hello["address"])
    elif server.ready == "listens":
        end = time.monotonic() + START_LIMIT
        while not listens(int(words["port"])):
            if time.monotonic() > end or not child.lives():
                raise Lost(child.last_words())
            time.sleep(0.02)
