"""The catalogue: what is measured, and what is to be reached. Data, and nothing else.

An `Ask` is what a contender is told to do; a `Work` is one line of the table, a reading of an
ask's answer with its goals. Who answers which ask the contenders say themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from bench.figures import PEERS, Goal

OURS, BEAM = "pybeam", "BEAM"
ECHO, CURVE, TCP, FUNCTION, DICT = "pyzmq echo", "pyzmq echo, CURVE", "TCP echo", "function", "dict"
FREE_ECHO = "pyzmq echo, all cores"
LIMITS = (ECHO, FREE_ECHO, CURVE, TCP, FUNCTION, DICT)
PYTHON_PEERS = ("rpyc", "Pyro5", "xoscar", "pykka", "lapinbeam", "otpylib", "Ray")
CACHES = ("Redis", "memcached")


class Unit(NamedTuple):
    """How a reading is shown: turned over where a time becomes a rate, then scaled."""

    sign: str
    scale: float = 1.0
    inverse: bool = False


MICROSECONDS, MILLISECONDS, SECONDS = Unit("µs", 1e6), Unit("ms", 1e3), Unit("s")
RATE, FLOW = Unit("/s", inverse=True), Unit("MB/s", 1e-6, inverse=True)
BYTES, MEGABYTES, GIGABYTES = Unit("bytes"), Unit("MB", 1e-6), Unit("GB", 1e-9)
TIMES, SHARE = Unit("× the value"), Unit("%", 100.0)


@dataclass(frozen=True, slots=True)
class Ask:
    """What a contender is told.

    Args:
        options: numbers that it is told, by name.
        most: how many repetitions at most; as many are made as fill the time that a round gives.
            None where it is not repeated. `least` goes before that time.
        fixed: whether it is done exactly `most` times, in the quick variant `few` times.
        rounds: in how many rounds it is done at most.
        limit: seconds after which it has failed.
    """

    task: str
    options: tuple[tuple[str, int], ...] = ()
    most: int | None = 1_000_000
    least: int = 1
    fixed: bool = False
    few: int = 0
    rounds: int = 99
    limit: float = 60.0
    quick: bool = True

    def line(self, count: int | None) -> str:
        """
        >>> Ask("call_remote", (("callers", 64),)).line(500)
        'call_remote callers=64 count=500'
        """
        numbers = [*self.options, *([("count", count)] if count is not None else [])]
        return " ".join([self.task, *(f"{name}={number}" for name, number in numbers)])


@dataclass(frozen=True, slots=True)
class Work:
    """One line of the table."""

    key: str
    title: str
    unit: Unit
    ask: Ask
    goals: tuple[Goal, ...] = ()
    reading: str = "each"


def at_most(bound: float, beside: str = "", work: str = "", words: str = "") -> Goal:
    return Goal(bound, True, beside, work, words)


def at_least(bound: float, beside: str = "", work: str = "", words: str = "") -> Goal:
    return Goal(bound, False, beside, work, words)


def calls(task: str, callers: int) -> Ask:
    return Ask(task, (("callers", callers),))


IDLE = Ask("idle", most=1_000_000, fixed=True, few=100_000, rounds=3, limit=240)
START = Ask("start", most=None)
FILL = Ask("fill", (("window", 1),), most=5000, fixed=True, few=500)

CALLS = (
    Work(
        "call_local",
        "`GenServer.call` on the same node, one caller",
        MICROSECONDS,
        Ask("call_local"),
        (
            at_most(2, BEAM),
            at_most(0.05, PEERS),
            at_most(1 / 300_000, words="first: ≥ 300,000 /s"),
        ),
    ),
    Work(
        "call_remote",
        "`GenServer.call` to another node, one caller",
        MICROSECONDS,
        calls("call_remote", 1),
        (at_most(1.2, ECHO), at_most(1.6, BEAM), at_most(1, PEERS), at_most(1.35, ECHO, words="first: ≤ 1.35")),
    ),
    Work(
        "call_remote_64",
        "the same from 64 callers",
        RATE,
        calls("call_remote", 64),
        (at_least(2.5, BEAM), at_least(10, PEERS), at_least(1, ECHO, words="first: ≥ 1, with 256 in flight")),
    ),
    Work(
        "call_remote_1000",
        "the same from 1,000 callers",
        RATE,
        calls("call_remote", 1000),
        (at_least(3, BEAM),),
    ),
    Work("cast_remote", "`GenServer.cast` to another node", RATE, Ask("cast_remote"), (at_least(1, BEAM),)),
    Work(
        "rpc",
        "`rpc.call` of a small function, one caller",
        MICROSECONDS,
        calls("rpc", 1),
        (at_most(1.5, ECHO, "call_remote"), at_most(2, BEAM)),
    ),
    Work("rpc_64", "the same from 64 callers", RATE, calls("rpc", 64), (at_least(1.875, BEAM),)),
    Work(
        "latency",
        "a call to another node, nothing beside it: median",
        MICROSECONDS,
        Ask("latency", most=20_000, least=300),
    ),
    Work(
        "load",
        "the same while 64 others call without a pause: 99th percentile",
        MICROSECONDS,
        Ask("load", (("callers", 64),), most=5000, least=300),
        (at_most(10, OURS, "latency"),),
        reading="p99",
    ),
)

PROCESSES = (
    Work("spawn", "spawn a process and see it end", MICROSECONDS, Ask("spawn"), (at_most(3, BEAM),)),
    Work("idle_start", "start an idle GenServer, of a million", MICROSECONDS, IDLE, (at_most(1, BEAM),)),
    Work("idle_memory", "its memory", BYTES, IDLE, (at_most(0.5, BEAM),), reading="bytes"),
    Work(
        "idle_pause",
        "the garbage collector's longest pause, while a million start and answer",
        MILLISECONDS,
        IDLE,
        (at_most(0.05, words="< 50 ms"),),
        reading="pause",
    ),
    Work(
        "idle_peak",
        "peak memory of an OS process with a million, all answering",
        GIGABYTES,
        IDLE,
        (at_most(1.5e9, words="first: < 1.5 GB"),),
        reading="peak_of_million",
    ),
)

MILLION = Ask("messages", most=1_000_000, fixed=True, few=100_000, rounds=3)
EVENTS = (
    Work("messages", "a million messages to processes of the same node, all taken", SECONDS, MILLION, (), "taken"),
    Work(
        "publish",
        "one PubSub event to a million subscribers on ten nodes, all taken",
        SECONDS,
        replace(MILLION, task="publish", options=(("nodes", 10),), limit=240),
        (at_most(2, OURS, "messages"),),
        "taken",
    ),
)

CACHE = (
    Work(
        "fill",
        "`Master.fill(1, 5000)`, one put",
        MICROSECONDS,
        FILL,
        (at_most(1.6, BEAM), at_most(2.6, FREE_ECHO, "call_remote", "first: ≤ 2.6 of a round trip")),
    ),
    Work(
        "fill_window",
        "the same with a window of 256",
        MICROSECONDS,
        Ask("fill", (("window", 256),), most=5000, fixed=True, few=2000),
        (at_most(0.25, BEAM, "fill", words="≤ 0.25 of Elixir's fill, which has no window"),),
    ),
    Work(
        "cache_get",
        "`apothik.cache.get` on one of five nodes, any key, 64 callers",
        RATE,
        calls("cache_get", 64),
        (at_least(1, "Redis"), at_least(1, "memcached")),
    ),
    Work(
        "cache_own",
        "the same of a key held on this node, one caller",
        MICROSECONDS,
        Ask("cache_own"),
        (at_most(0.1, "Redis", "cache_one", words="≤ 0.1 of a key from the server"),),
    ),
    Work("cache_one", "the same of a key held elsewhere, one caller", MICROSECONDS, calls("cache_get", 1)),
)

STARTS = (
    Work(
        "import",
        "`import pybeam`",
        MILLISECONDS,
        START,
        (at_most(0.1, words="≤ 100 ms"), at_most(0.15, words="first: ≤ 150 ms")),
        reading="import",
    ),
    Work(
        "node",
        "a node, from launch to ready to answer",
        SECONDS,
        START,
        (at_most(0.6, words="first: ≤ 0.6 s"),),
        reading="ready",
    ),
    Work(
        "node_memory",
        "a node's resident memory",
        MEGABYTES,
        START,
        (at_most(40e6, words="≤ 40 MB"), at_most(45e6, words="first: ≤ 45 MB")),
        reading="bytes",
    ),
    Work(
        "five",
        "five nodes, from launch to a cluster that all of them see",
        SECONDS,
        Ask("mesh", (("nodes", 5), ("rest", 0)), most=None, rounds=3),
        (at_most(2.5, words="≤ 2.5 s"),),
        reading="formed",
    ),
)


def large_values() -> Iterator[Work]:
    """One big value after the other, with small calls beside them."""
    for size, name in ((10**6, "1 MB"), (10**8, "100 MB"), (10**9, "1 GB")):
        for array, kind in ((0, "bytes"), (1, "a numpy array")):
            options = (("array", array), ("size", size))
            ask = Ask("large", options, most=max(1, 10**9 // size), rounds=3, limit=180, quick=size < 10**9)
            key = f"large_{size}_{'numpy' if array else 'bytes'}"
            title = f"a value of {name}, {kind}, to another node"
            yield Work(key, title, FLOW, ask, (at_least(0.8, CURVE),), reading="per_byte")
            pinged = (at_most(0.05, words="< 50 ms"),)
            yield Work(f"{key}_ping", "a ping beside it: 99th percentile", MILLISECONDS, ask, pinged, reading="ping")
            yield Work(f"{key}_peak", "peak memory of either node", TIMES, ask, (at_most(3),), reading="peak")


WORKS = (*CALLS, *PROCESSES, *EVENTS, *CACHE, *large_values(), *STARTS)
