"""The command line as people and scripts meet it: real processes, signals, statuses."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.integration.lab import Lab, lab_in, until

pytestmark = pytest.mark.integration

A, B = "a@127.0.0.1", "b@127.0.0.1"

STOP_SECONDS = 2.0
SLACK = 1.0
"""Seconds that a busy machine may add."""


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    with lab_in(tmp_path) as lab:
        yield lab


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A lab with the node `A`, for tests that leave it as it is."""
    with lab_in(tmp_path_factory.mktemp("town")) as lab:
        lab.node(A)
        yield lab


def refused(done: subprocess.CompletedProcess[str], status: int = 1) -> str:
    """The one line with which a command failed."""
    assert done.returncode == status, done
    assert done.stdout == ""
    assert done.stderr.startswith("pybeam: ") and done.stderr.count("\n") == 1, done.stderr
    return done.stderr


def test_a_running_node_is_listed_answers_and_can_be_called(town: Lab) -> None:
    [line] = town.pybeam("names").stdout.splitlines()
    assert line.startswith("a ") and line.split()[1].isdecimal()
    assert town.pybeam("ping", A).stdout == "pong\n"
    assert town.asks(A, "pybeam.node:self") == repr(A)
    assert town.asks(A, "builtins:sorted", "[3, 1, 2]") == "[1, 2, 3]"
    assert town.asks(A, "pybeam.node:list") == "[]", "a command's own node is hidden"


def test_an_absent_node_is_pang_or_one_line(town: Lab) -> None:
    done = town.pybeam("ping", B)
    assert (done.returncode, done.stdout, done.stderr) == (1, "pang\n", "")
    assert refused(town.pybeam("rpc", B, "os:getpid")) == f"pybeam: node {B} cannot be reached\n"


def test_another_cookie_gets_pang(town: Lab) -> None:
    assert town.pybeam("ping", A, "--cookie", "another one, long enough").stdout == "pang\n"


@pytest.mark.parametrize(
    ("call", "line"),
    [
        (("operator:truediv", "1", "0"), "ZeroDivisionError: division by zero (raised on a@127.0.0.1)"),
        (("sys:exit", "3"), "SystemExit: 3 (raised on a@127.0.0.1)"),
        (("nowhere:f",), "ModuleNotFoundError: No module named 'nowhere' (raised on a@127.0.0.1)"),
        (("pybeam.process:sleep", "9", "--timeout", "0.1"), "no answer from ('rex', 'a@127.0.0.1') within 0.1 s"),
    ],
)
def test_a_failed_call_is_one_line(town: Lab, call: tuple[str, ...], line: str) -> None:
    assert line in refused(town.pybeam("rpc", A, *call))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_the_application_in_reverse_order_and_then_the_node(lab: Lab, number: int) -> None:
    node = lab.node(A, "Demo")
    node.signal(number)
    assert node.ends(STOP_SECONDS + SLACK) == 0
    stopped = [line for line in node.log().splitlines() if line.startswith("demo:")]
    assert stopped == ["demo: stopped three", "demo: stopped two", "demo: stopped one"]


def test_ctrl_c_ends_a_node_that_was_started_with_it_ignored(lab: Lab) -> None:
    def as_a_background_job_of_a_script() -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    node = lab.node(A, before=as_a_background_job_of_a_script)
    node.signal(signal.SIGINT)
    assert node.ends(STOP_SECONDS + SLACK) == 0


def test_nohup_is_respected(lab: Lab) -> None:
    node = lab.node(A, before=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    node.signal(signal.SIGHUP)
    assert lab.pybeam("ping", A).stdout == "pong\n"


def test_the_same_stop_told_twice_at_once_is_still_an_orderly_one(lab: Lab) -> None:
    node = lab.node(A, "Demo")
    node.signal(signal.SIGINT)
    with suppress(ProcessLookupError):
        node.signal(signal.SIGTERM)
    assert node.ends(STOP_SECONDS + SLACK) == 0
    assert "demo: stopped one" in node.log()


def test_peers_see_nodedown_at_once(lab: Lab) -> None:
    node = lab.node(A)
    lab.node(B)
    assert lab.asks(B, "pybeam.node:connect", repr(A)) == "True"
    node.signal(signal.SIGTERM)
    assert node.ends(STOP_SECONDS + SLACK) == 0
    assert lab.asks(B, "pybeam.node:list") == "[]"
    assert [line.split()[0] for line in lab.pybeam("names").stdout.splitlines()] == ["b"]


def make_busy(lab: Lab, expression: str) -> None:
    """Have a callback of node A evaluate `expression`, for long."""
    flag = lab.directory / "busy"
    lab.pybeam(
        "rpc", A, "demo:ask", repr(f"(os.close(os.open({str(flag)!r}, os.O_CREAT)), {expression})"), "--timeout=0.2"
    )
    until(flag.exists)


@pytest.mark.parametrize("busy", ["time.sleep(60)", "[0 for _ in iter(int, 1)]"])
def test_a_stuck_callback_does_not_keep_the_process(lab: Lab, busy: str) -> None:
    node = lab.node(A)
    make_busy(lab, busy)
    before = time.monotonic()
    node.signal(signal.SIGTERM)
    assert node.ends() == 1
    assert time.monotonic() - before < STOP_SECONDS + SLACK
    assert "handle_call" in node.log(), "the stacks say where it was stuck"


def test_a_second_signal_forces_the_end(lab: Lab) -> None:
    node = lab.node(A)
    make_busy(lab, "time.sleep(60)")
    node.signal(signal.SIGINT)
    node.says("stopping: SIGINT")
    time.sleep(0.5)  # a person's second Ctrl-C; at once it would count as the same
    node.signal(signal.SIGINT)
    assert node.ends(1.0) == 128 + signal.SIGINT


def test_an_application_that_does_not_stop_is_killed_with_one_line(lab: Lab) -> None:
    node = lab.node(A, "Slow")
    node.signal(signal.SIGTERM)
    assert node.ends(STOP_SECONDS + SLACK) == 1
    assert "pybeam: the application did not stop within" in node.log()


def test_a_worker_thread_that_is_busy_does_not_keep_the_process(lab: Lab) -> None:
    node = lab.node(A)
    make_busy(lab, "process.spawn(process.blocking, time.sleep, 60)")
    node.signal(signal.SIGTERM)
    assert node.ends(STOP_SECONDS + SLACK) == 0


def test_a_node_ends_with_its_parent_where_that_was_asked_for(lab: Lab) -> None:
    script = lab.directory / "parent.py"
    script.write_text(
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-m', 'pybeam', 'run', 'demo:Small', '--name', 'a@127.0.0.1',\n"
        "                          '--die-with-parent'])\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, script], cwd=lab.directory, env=lab.environment, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        try:
            until(lambda: lab.pybeam("ping", A).stdout == "pong\n")
            parent.kill()
            until(lambda: lab.pybeam("ping", A).stdout == "pang\n", STOP_SECONDS + SLACK)
            until(lambda: not is_alive(child), STOP_SECONDS + SLACK)
        finally:
            parent.kill()
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)


def test_a_node_whose_parent_has_ended_while_it_started_does_not_start(lab: Lab) -> None:
    node = lab.start("run", "demo:Small", "--name", A, "--die-with-parent", str(2**22 + 1))
    assert node.ends() == 1
    assert "the parent has ended already" in node.log()


def is_alive(pid: int) -> bool:
    """Whether it runs; a zombie that nobody has waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_an_application_that_gives_up_is_one_line_and_status_1(lab: Lab) -> None:
    node = lab.node(A)
    for _ in range(4):
        lab.pybeam("rpc", A, "demo:ask", repr("1 / 0"))
    assert node.ends() == 1
    assert node.log().splitlines()[-1] == "pybeam: the application ended: shutdown"


TWO = """
from demo import *

class Store(Demo):
    name = "two.store"
    names = ("store",)

class Web(Demo):
    name = "two.web"
    env = {"names": ("web",)}
    applications = [Store]
    names = property(lambda self: self.env["names"])
"""
"""An application that needs another."""


def test_settings_are_given_on_the_command_line_and_what_it_needs_runs_too(lab: Lab) -> None:
    (lab.directory / "two.py").write_text(TWO)
    node = lab.start("run", "two:Web", "--name", A, "--env", "names=('front', 'back')", "--env", "port=80")
    node.says(f"{A} runs Web")
    names = lab.asks(A, "pybeam.process:registered")
    assert all(repr(name) in names for name in ("store", "front", "back"))
    assert lab.asks(A, "pybeam.application:get_env", "'two:Web'", "'port'") == "80"
    node.signal(signal.SIGTERM)
    assert node.ends(STOP_SECONDS + SLACK) == 0
    stopped = [line.split()[-1] for line in node.log().splitlines() if line.startswith("demo:")]
    assert stopped == ["back", "front", "store"]


def test_when_what_it_needs_gives_up_all_is_stopped_with_one_line_and_status_1(lab: Lab) -> None:
    (lab.directory / "two.py").write_text(TWO)
    node = lab.start("run", "two:Web", "--name", A)
    node.says(f"{A} runs Web")
    for _ in range(4):
        lab.pybeam("rpc", A, "pybeam.otp.gen_server:GenServer.call", "'store'", "'1 / 0'")
    assert node.ends() == 1
    assert "demo: stopped web" in node.log()
    assert node.log().splitlines()[-1] == "pybeam: the application ended: two:Store has ended: shutdown"


@pytest.mark.parametrize("env", ["port", "=80", "port=eighty", "a b=1"])
def test_a_setting_that_is_none_is_a_usage_error(town: Lab, env: str) -> None:
    line = refused(town.pybeam("run", "demo:Small", "--name", B, "--env", env), 2)
    assert "write a setting as key=value" in line or "no Python literal" in line


@pytest.mark.parametrize(
    ("target", "line"),
    [
        ("demo:Fails", "the application did not start: RuntimeError: no disk"),
        ("demo:Absent", "cannot run demo:Absent: demo has no Absent"),
        ("absent:Demo", "cannot import absent: ModuleNotFoundError: No module named 'absent'"),
    ],
)
def test_an_application_that_cannot_start_is_one_line(lab: Lab, target: str, line: str) -> None:
    assert line in refused(lab.pybeam("run", target, "--name", A, "--log", "warning"))


def test_a_taken_name_is_refused_and_its_owner_not_disturbed(town: Lab) -> None:
    assert "already taken on this host" in refused(town.pybeam("run", "demo:Small", "--name", A))
    assert town.asks(A, "os:getpid") == str(town.running[0].pid)


def test_a_short_cookie_is_one_line(lab: Lab) -> None:
    assert "the cookie is too short" in refused(lab.pybeam("ping", A, PYBEAM_COOKIE="short"))


def test_a_hidden_node_answers_and_is_not_listed_by_its_peers(lab: Lab) -> None:
    lab.node(A, "Small", "--hidden")
    lab.node(B)
    assert lab.asks(B, "pybeam.node:connect", repr(A)) == "True"
    assert lab.asks(B, "pybeam.node:list") == "[]"


def test_names_without_a_port_mapper_is_one_line(lab: Lab) -> None:
    assert f"no port mapper can be reached at 127.0.0.1:{lab.port}" in refused(lab.pybeam("names"))


def test_epmd_serves_until_it_is_told_to_end(lab: Lab) -> None:
    mapper = lab.start("epmd")
    mapper.says(f"serving as the port mapper on port {lab.port}")
    lab.node(A)
    assert lab.pybeam("names").stdout.startswith("a ")
    assert "cannot serve" in refused(lab.pybeam("epmd"))
    mapper.signal(signal.SIGINT)
    assert mapper.ends() == 0


def test_a_reader_that_has_gone_is_no_traceback(town: Lab) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "pybeam", "names"],
        env=town.environment,
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        timeout=30,
    )
    os.close(writer)
    assert done.returncode == 128 + signal.SIGPIPE
    assert done.stderr == ""


def test_ctrl_c_ends_a_command_without_a_traceback(town: Lab) -> None:
    waiting = town.start("rpc", A, "pybeam.process:sleep", "60", "--timeout", "60", "--log", "debug")
    waiting.says(f"connected to {A}")
    waiting.signal(signal.SIGINT)
    assert waiting.ends() == -signal.SIGINT
    assert "Traceback" not in waiting.log()


def test_nothing_heavy_is_imported_before_a_command_needs_it() -> None:
    code = "import sys, pybeam.cli; print([name for name in ('IPython', 'zmq', 'asyncio') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"
