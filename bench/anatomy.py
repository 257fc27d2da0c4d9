"""Where the time of one call to another node goes: `python -m bench.anatomy`.

Two nodes on different cores; in each, the seams that a call passes through note the moment. Put in
order, the notes of both make one row of steps a call, and the table has the median of each step.
Noting takes time itself.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import wraps
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from bench.child import Child
from bench.own.server import EchoServer
from bench.side import REQUEST, announce
from bench.surroundings import cores, free_port
from pybeam import GenServer, node, process, start_node

PEER, OWN = "anatomy_peer@127.0.0.1", "anatomy@127.0.0.1"

Note = tuple[float, str]

SEAMS = (
    ("pybeam.dist.kernel", "Kernel", "post", "{made}", "it is pickled and joins the batch"),
    ("pybeam.dist.carriers.zmq", "ZmqLink", "send", "the turn ends, the frame is written", "libzmq takes it"),
    ("pybeam.dist.carriers.zmq", "ZmqCarrier", "_receive", "it is on its way", "libzmq gives it"),
    ("pybeam.runtime.scheduler", "Runtime", "turn", "the frame is read, {given}", ""),
)
"""What is noted: a method, what ends where it begins, and what it does itself."""

WORDS = {
    "caller": {"made": "the call finds where to, and its deadline", "given": "the caller found"},
    "called": {"made": "the server runs, its callback answers", "given": "the mailbox filled"},
}

notes: list[Note] = []


def noted(act: Callable[..., Any], before: str, after: str) -> Callable[..., Any]:
    now, note = time.perf_counter, notes.append

    @wraps(act)
    def noting(*args: Any) -> Any:
        note((now(), before))
        result = act(*args)
        if after:
            note((now(), after))
        return result

    return noting


def note_seams(side: str) -> None:
    """Have every seam of this OS process note when it is passed. For good."""
    for module, owner, method, before, after in SEAMS:
        place = getattr(import_module(module), owner)
        setattr(place, method, noted(getattr(place, method), before.format(**WORDS[side]), after))


def call_and_note(count: int) -> list[Note]:
    """Make so many calls, one after the other, and note when each begins and has its answer."""

    def loop() -> None:
        for _ in range(count):
            notes.append((time.perf_counter(), ""))
            GenServer.call(("echo", PEER), REQUEST)
            notes.append((time.perf_counter(), "the caller runs on"))

    notes.clear()
    process.run(loop)
    return list(notes)


def steps_of(caller: Sequence[Note], called: Sequence[Note]) -> list[tuple[str, str, float]]:
    """The median of each step, in order: on which side, what it is, seconds.

    A call that took another way than most (a timer came in between, say) does not count.

    >>> ours = [(0.0, ""), (1.0, "sent"), (5.0, "back"), (10.0, ""), (11.0, "sent"), (17.0, "back"), (20.0, "")]
    >>> steps_of(ours, [(3.0, "answered"), (13.0, "answered")])
    [('caller', 'sent', 1.0), ('called', 'answered', 2.0), ('caller', 'back', 3.0)]
    """
    both = sorted([(when, "caller", what) for when, what in caller] + [(when, "called", what) for when, what in called])
    starts = [at for at, (_, _, what) in enumerate(both) if what == ""]
    calls = [both[a:b] for a, b in pairwise(starts)]
    ways = [tuple((side, what) for _, side, what in call) for call in calls]
    usual = max(set(ways), key=ways.count)
    rows = [call for call, way in zip(calls, ways, strict=True) if way == usual]
    return [
        (side, what, median(row[i][0] - row[i - 1][0] for row in rows)) for i, (side, what) in enumerate(usual) if i > 0
    ]


def table(steps: Sequence[tuple[str, str, float]]) -> str:
    """The steps as a table of Markdown, with their sum."""
    rows = [f"| {side} | {what} | {seconds * 1e6:.1f} |" for side, what, seconds in steps]
    total = sum(seconds for _, _, seconds in steps)
    return "\n".join(["| side | step | µs |", "| --- | --- | --- |", *rows, f"|  | in all | {total * 1e6:.1f} |"])


def peer() -> None:
    note_seams("called")
    with start_node(PEER):
        GenServer.start(EchoServer, name="echo")
        announce(PEER)
        for _ in sys.stdin:
            print(json.dumps({"notes": notes}), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.anatomy", description=__doc__.partition("\n")[0])
    parser.add_argument("--calls", type=int, default=5000, help="how many calls are looked at (default 5000)")
    count = parser.parse_args().calls
    os.environ |= {"PYBEAM_EPMD_PORT": str(free_port()), "PYBEAM_COOKIE": secrets.token_hex(16)}
    ours, theirs = cores()
    os.sched_setaffinity(0, ours)
    with tempfile.TemporaryDirectory() as folder:
        command = (sys.executable, "-m", "bench.anatomy", "peer")
        root = Path(__file__).resolve().parent.parent
        child = Child(command, cwd=root, env=dict(os.environ), cores=theirs, log=Path(folder) / "log")
        try:
            child.answer(30)
            note_seams("caller")
            with start_node(OWN):
                assert node.ping(PEER) == "pong", f"{PEER} does not answer"
                call_and_note(count // 5)
                caller = call_and_note(count)
                called = [(when, what) for when, what in child.ask("notes", 30)["notes"] if when >= caller[0][0]]
        finally:
            child.end()
    print(table(steps_of(caller, called)))


if __name__ == "__main__":
    peer() if sys.argv[1:] == ["peer"] else main()
