"""A module's new source on real nodes: the servers of each go on with it, and one refusal is everybody's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.lab import Lab, lab_in

pytestmark = pytest.mark.integration

A, B = "a@127.0.0.1", "b@127.0.0.1"

COUNT = """
from pybeam import Application, GenServer
VERSION_LINE

class Count(GenServer):
    def init(self):
        self.n = 0

    def handle_call(self, request, from_):
        self.n += STEP
        return self.n

    def code_change(self, old_version):
        self.n, self.changed_from = self.n * 100, old_version

class Counting(Application):
    name = "counting"

    def children(self):
        return [Count.child_spec(name="count")]

def ask():
    return GenServer.call("count", "next")

def fall():
    GenServer.stop("count", "fallen")
"""


def version(number: int) -> str:
    return COUNT.replace("STEP", str(number)).replace("VERSION_LINE", f"__version__ = {number}")


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    with lab_in(tmp_path) as lab:
        (tmp_path / "count.py").write_text(version(1))
        for name in (A, B):
            lab.start("run", "count:Counting", "--name", name).says(f"{name} runs Counting")
        yield lab


def loads(lab: Lab, text: str) -> str:
    """What a shell prints that has written a new version and loads it on all nodes."""
    (lab.directory / "count.py").write_text(text)
    shell = f"node.ping({A!r}), node.ping({B!r})\nnames = node.list()\nloaded = code.load('count', names)\nloaded\n"
    done = lab.pybeam("shell", "--name", "master@127.0.0.1", text=shell)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_running_servers_and_restarted_ones_go_on_with_the_new_source(lab: Lab) -> None:
    assert lab.asks(A, "count:ask") == "1"
    out = loads(lab, version(2))
    assert out.count("Loaded(version=2, old_version=1, changed=[<") == 2, out
    assert lab.asks(A, "count:ask") == "102"
    assert lab.asks(B, "count:ask") == "2"
    assert "'changed_from': 1" in lab.asks(A, "pybeam.sys:get_state", "'count'")
    lab.asks(A, "count:fall")
    assert lab.asks(A, "count:ask") == "2", "its supervisor has started the new class"


def test_what_one_node_refuses_changes_nothing_on_any(lab: Lab) -> None:
    only_a = f"from pybeam import node\nassert node.self() != {B!r}, 'not here'\n"
    out = loads(lab, only_a + version(2))
    assert f"CodeError: count was loaded nowhere: {B}: AssertionError: not here" in out
    out = loads(lab, "def oops(:")
    assert f"{A}: SyntaxError" in out and f"{B}: SyntaxError" in out
    assert lab.asks(A, "count:ask") == lab.asks(B, "count:ask") == "1"
    assert lab.asks(A, "pybeam.process:whereis", "'code_server'") == "None"
