"""A program that embeds a node leaves when it is done, whatever the node is busy with; so does a fork."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

pytestmark = pytest.mark.integration

BUSY_WORKER = """
import time
from pybeam import process
process.spawn(process.blocking, time.sleep, 60)
process.sleep(0.2)
print("done", flush=True)
"""

FORKS = """
import os, threading
from pybeam import node, rpc
stop = False
def calls():
    while not stop:
        rpc.call(node.self(), "operator:neg", 1)
callers = [threading.Thread(target=calls) for _ in range(4)]
for caller in callers:
    caller.start()
try:
    for _ in range(60):
        child = os.fork()
        if not child:
            os._exit(0)
        os.waitpid(child, 0)
finally:
    stop = True
print("done", flush=True)
"""


@pytest.mark.parametrize("program", [BUSY_WORKER, FORKS])
def test_a_program_leaves_when_it_is_done(program: str) -> None:
    start = time.monotonic()
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30)
    assert done.stdout == "done\n", done.stderr
    assert done.returncode == 0
    assert time.monotonic() - start < 15
