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

# Those that end with the node, in the middle of a call to another one, must let go of it.
STOPS = """
import gc, os, secrets, socket, subprocess, sys, threading, time, weakref
from pybeam import node, rpc, start_node, stop_node
from pybeam.runtime import foreign
with socket.create_server(("127.0.0.1", 0)) as free:
    port = free.getsockname()[1]
os.environ |= {"PYBEAM_EPMD_PORT": str(port), "PYBEAM_COOKIE": secrets.token_hex(16)}
told = "import sys, pybeam; pybeam.start_node('other@127.0.0.1'); print(flush=True); sys.stdin.read()"
other = subprocess.Popen([sys.executable, "-c", told], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
other.stdout.readline()
def call_on(done):
    while not done:
        rpc.rpc_call("other@127.0.0.1", "operator:neg", 1)
runtimes = []
for _ in range(20):
    start_node("stops@127.0.0.1")
    runtimes.append(weakref.ref(foreign.existing_host().runtime))
    done = []
    callers = [threading.Thread(target=call_on, args=(done,)) for _ in range(2)]
    for caller in callers:
        caller.start()
    time.sleep(0.05)
    stop_node()
    done.append(True)
    for caller in callers:
        caller.join()
other.stdin.close()
other.wait(20)
stop_node()
gc.collect()
left = [runtime for runtime in runtimes if runtime() is not None]
print("done" if not left else f"{len(left)} runtimes are left", flush=True)
"""


@pytest.mark.parametrize("program", [BUSY_WORKER, FORKS, STOPS], ids=["busy", "forks", "stops"])
def test_a_program_leaves_when_it_is_done(program: str) -> None:
    start = time.monotonic()
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30)
    assert done.stdout == "done\n", done.stderr
    assert done.returncode == 0
    assert time.monotonic() - start < 15
