"""The prompt, in a terminal (a pty) and fed by a pipe, beside real nodes."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pexpect
import pytest

from tests.integration.lab import Lab, lab_in

pytestmark = pytest.mark.integration

A, MASTER = "a@127.0.0.1", "master@127.0.0.1"

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|\r")


class Prompt:
    """A `pybeam shell` in a terminal of its own."""

    def __init__(self, lab: Lab, *arguments: str, **changes: str) -> None:
        self._child = pexpect.spawn(
            sys.executable,
            ["-m", "pybeam", "shell", *arguments],
            cwd=str(lab.directory),
            # This terminal does not say where its cursor is, as real ones do when they are asked.
            env=lab.environment | {"PROMPT_TOOLKIT_NO_CPR": "1"} | changes,
            encoding="utf-8",
            dimensions=(40, 200),
        )
        self.pid: int = self._child.pid
        self._raw = ""
        self._seen = 0

    def shows(self, text: str, seconds: float = 10.0) -> None:
        """Wait until `text` stands on the screen after what was waited for last."""
        end = time.monotonic() + seconds
        while (at := self.screen.find(text, self._seen)) < 0:
            assert time.monotonic() < end, f"{text!r} is not shown:\n{self.screen[self._seen :]}"
            try:
                self._raw += self._child.read_nonblocking(4096, timeout=0.1)
            except pexpect.TIMEOUT:
                continue
        self._seen = at + len(text)

    @property
    def screen(self) -> str:
        return ESCAPES.sub("", self._raw)

    def type(self, line: str) -> None:
        self.write(line + "\r")

    def write(self, keys: str) -> None:
        self._child.send(keys)

    def ctrl(self, letter: str) -> None:
        self._child.sendcontrol(letter)

    def ends(self, seconds: float = 3.0) -> int | None:
        """Wait for its end; the status."""
        self._child.expect(pexpect.EOF, timeout=seconds)
        self._raw += self._child.before
        self._child.wait()
        status: int | None = self._child.exitstatus
        return status

    def close(self) -> None:
        self._child.close(force=True)


Open = Callable[..., Prompt]


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    with lab_in(tmp_path) as lab:
        yield lab


@pytest.fixture
def master(lab: Lab) -> Iterator[Prompt]:
    """The prompt of the node `MASTER`, connected to the node `A`."""
    lab.node(A)
    with closing(Prompt(lab, "--name", MASTER)) as prompt:
        prompt.shows(f"{MASTER} In [1]: ")
        prompt.type(f"node.ping({A!r})")
        prompt.shows("Out[1]: 'pong'")
        prompt.shows("In [2]: ")
        yield prompt


def test_the_prompt_names_its_node_and_says_how_to_leave(lab: Lab) -> None:
    with closing(Prompt(lab, "--name", MASTER)) as prompt:
        prompt.shows(f"pybeam shell on the node {MASTER}.")
        prompt.shows("exit or Ctrl-D leaves")
        prompt.shows(f"{MASTER} In [1]: ")


@pytest.mark.parametrize(
    "waits",
    [
        "process.sleep(60)",
        "process.receive()",
        "rpc.call('a@127.0.0.1', 'pybeam.process:sleep', 60, timeout=60)",
        "GenServer.call(('one', 'a@127.0.0.1'), 'process.sleep(60)', timeout=60)",
        "process.blocking(__import__('time').sleep, 60)",
        "[node.list() for _ in iter(int, 1)]",
    ],
)
def test_ctrl_c_interrupts_the_call_and_nothing_else(master: Prompt, waits: str) -> None:
    master.type(f"print('be' 'gun') or {waits}")
    master.shows("begun")  # before, Ctrl-C would be for IPython, which only begins
    time.sleep(0.1)  # nothing shows that a call waits
    master.ctrl("c")
    master.shows("KeyboardInterrupt", 2.0)
    master.shows(f"{MASTER} In [3]: ")
    master.type("node.list(), process.flush()")
    master.shows(f"Out[3]: (['{A}'], [])")


@pytest.mark.parametrize("leave", [lambda prompt: prompt.type("exit"), lambda prompt: prompt.ctrl("d")])
def test_leaving_is_quick_and_leaves_nothing_behind(lab: Lab, master: Prompt, leave: Callable[[Prompt], None]) -> None:
    master.type("pid = spawn(process.blocking, __import__('time').sleep, 60)")
    master.shows("In [3]: ")
    leave(master)
    assert master.ends() == 0
    with pytest.raises(ProcessLookupError):
        os.kill(master.pid, 0)
    assert lab.asks(A, "pybeam.node:list") == "[]"


def test_messages_to_the_prompt_are_shown_by_flush_once(lab: Lab, master: Prompt) -> None:
    master.type("node.monitor_nodes(); send(process.self(), ('hello', 1))")
    master.shows("In [3]: ")
    lab.running[0].signal(signal.SIGTERM)
    assert lab.running[0].ends() == 0
    master.type("flush()")
    master.shows("('hello', 1)\n('nodedown', 'a@127.0.0.1')")
    master.shows("In [4]: ")
    master.type("flush()")
    master.shows("(no messages)")


def test_an_error_is_shown_without_the_frames_inside_pybeam(master: Prompt) -> None:
    master.type("rpc.call('a@127.0.0.1', 'operator:truediv', 1, 0)")
    master.shows("ZeroDivisionError: division by zero")
    master.shows("On the other node:")
    master.shows("In [3]: ")
    local = master.screen.partition("On the other node:")[0]
    assert "----> 1 rpc.call" in local
    assert "runtime/" not in local


def test_a_shell_without_a_name_cannot_connect_until_it_gets_one(lab: Lab) -> None:
    lab.node(A)
    with closing(Prompt(lab)) as prompt:
        prompt.shows("without a name")
        prompt.shows("\nIn [1]: ")
        prompt.type(f"node.ping({A!r})")
        prompt.shows("Out[1]: 'pang'")
        prompt.type(f"started = start_node({MASTER!r})")
        prompt.shows(f"{MASTER} In [3]: ")
        prompt.type(f"node.ping({A!r})")
        prompt.shows("Out[3]: 'pong'")


def test_it_works_without_a_home_directory_and_leaves_no_litter(lab: Lab) -> None:
    temporary = lab.directory / "tmp"
    temporary.mkdir()
    with closing(Prompt(lab, HOME="/proc/none", TMPDIR=str(temporary))) as prompt:
        prompt.shows("In [1]: ")
        assert list(temporary.iterdir()) == []
        prompt.type("node.self()")
        prompt.shows("Out[1]: 'nonode@nohost'")
        assert "arn" not in prompt.screen, "no warning"


def test_the_users_own_settings_hold_and_their_startup_files_do_not_run(lab: Lab) -> None:
    profile = lab.directory / "home" / ".ipython" / "profile_default"
    (profile / "startup").mkdir(parents=True)
    (profile / "startup" / "mine.py").write_text("node = None\n")
    (profile / "ipython_config.py").write_text("get_config().TerminalInteractiveShell.confirm_exit = True\n")
    with closing(Prompt(lab)) as prompt:
        prompt.shows("In [1]: ")
        prompt.type("node.self()")
        prompt.shows("Out[1]: 'nonode@nohost'")
        prompt.shows("In [2]: ")
        prompt.ctrl("d")
        prompt.shows("Do you really want to exit")


def test_broken_settings_do_not_cost_the_prompt(lab: Lab) -> None:
    profile = lab.directory / "home" / ".ipython" / "profile_default"
    profile.mkdir(parents=True)
    (profile / "ipython_config.py").write_text("1 / 0\n")
    with closing(Prompt(lab)) as prompt:
        prompt.shows("In [1]: ")


def piped(lab: Lab, text: str, *arguments: str) -> str:
    """What a shell prints that is fed `text`."""
    done = lab.pybeam("shell", *arguments, text=text)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_commands_from_a_pipe_give_a_transcript(lab: Lab) -> None:
    lab.node(A)
    text = (
        f"node.ping({A!r})\n\nfor i in range(2):\n    print(i)\n\nrpc_call('b@127.0.0.1', 'os:getpid')\n1 + 1;\n'end'"
    )
    assert piped(lab, text, "--name", MASTER) == (
        f"{MASTER} In [1]: node.ping('{A}')\n"
        "Out[1]: 'pong'\n"
        f"{MASTER} In [2]: for i in range(2):\n"
        f"{' ' * len(MASTER)}    ...:     print(i)\n"
        "0\n1\n"
        f"{MASTER} In [3]: rpc_call('b@127.0.0.1', 'os:getpid')\n"
        "Out[3]: BadRpc('nodedown')\n"
        f"{MASTER} In [4]: 1 + 1;\n"
        f"{MASTER} In [5]: 'end'\n"
        "Out[5]: 'end'\n"
    )


def test_an_error_in_a_pipe_does_not_end_the_session(lab: Lab) -> None:
    out = piped(lab, "1 / 0\nx = )\nGenServer.call('nobody', 1)\n'end'\n")
    assert "ZeroDivisionError" in out and "SyntaxError" in out and "NoProcess: no process 'nobody'" in out
    assert out.endswith("Out[4]: 'end'\n")
    assert "\x1b" not in out, "no colours in a pipe"


def test_a_block_from_a_pipe_goes_on_until_an_empty_line(lab: Lab) -> None:
    text = (
        "def twice(n):\n    if n:\n        n = n * 2\n    return n\n\ntwice(21)\n"
        "if twice(0):\n    1\nelse:\n    print('no')\n\n"
        "for i in range(2):\n    i = i + 1\ntwice(i)\n\n"
        "def last():\n    x = 1\n    return x"
    )
    done = lab.pybeam("shell", text=text)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Error" not in done.stdout
    assert "Out[2]: 42\n" in done.stdout and "\nno\n" in done.stdout and "Out[4]: 4\n" in done.stdout


def test_what_is_no_utf_8_or_cannot_be_shown_does_not_end_the_session(lab: Lab) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pybeam", "shell"],
        input=b"'\xff\xfe'\nprint('\\ud800')\n1 + 1\n",
        cwd=lab.directory,
        env=lab.environment | {"PYTHONUTF8": "1"},
        capture_output=True,
        timeout=30,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    shown = done.stdout.decode()
    assert "Out[1]: '\ufffd\ufffd'" in shown and "\n\\ud800\n" in shown and "Out[3]: 2" in shown


def test_every_name_of_the_contract_is_at_hand(lab: Lab) -> None:
    names = "node, rpc, rpc_call, send, GenServer, process, spawn, flush, Atom, phash2, start_node, stop_node"
    assert "NameError" not in piped(lab, f"_ = ({names})\n")


def test_functions_made_at_the_prompt_travel(lab: Lab) -> None:
    lab.node(A)
    text = f"def twice(x):\n    return 2 * x\n\nrpc.call({A!r}, twice, 21)\nrpc.call({A!r}, lambda: node.self())\n"
    out = piped(lab, text, "--name", MASTER)
    assert "Out[2]: 42\n" in out and f"Out[3]: '{A}'\n" in out


def test_the_current_directorys_rc_runs_first_and_a_given_one_in_its_place(lab: Lab) -> None:
    (lab.directory / ".pythonrc.py").write_text("from demo import Worker\nhere = 'usual'\n")
    (lab.directory / "other.py").write_text("here = 'given'\n")
    assert "Out[1]: 'usual'" in piped(lab, "here\n")
    assert "Out[1]: 'given'" in piped(lab, "here\n", "--rc", "other.py")


def test_an_error_in_the_rc_is_shown_and_the_prompt_comes_all_the_same(lab: Lab) -> None:
    (lab.directory / ".pythonrc.py").write_text("1 / 0\n")
    out = piped(lab, "node.self()\n")
    assert "ZeroDivisionError" in out and "Out[1]: 'nonode@nohost'" in out


def test_a_shell_that_cannot_start_is_one_line(lab: Lab) -> None:
    lab.node(A)
    for arguments, line in [(("--name", A), "already taken on this host"), (("--rc", "none.py"), "no file none.py")]:
        done = lab.pybeam("shell", *arguments)
        assert done.returncode == 1
        assert line in done.stderr and done.stderr.count("\n") == 1
