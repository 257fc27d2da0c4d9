"""The prompt of another node, in a terminal and fed by a pipe: evaluated there, shown here, gone without a trace."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.integration.lab import Lab, lab_in, until
from tests.integration.test_shell import Prompt

pytestmark = pytest.mark.integration

A, B = "a@127.0.0.1", "b@127.0.0.1"


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    with lab_in(tmp_path) as lab:
        lab.node(A)
        yield lab


@pytest.fixture
def prompt(lab: Lab) -> Iterator[Prompt]:
    """A prompt on `A`."""
    with closing(Prompt(lab, "--remsh", A)) as prompt:
        prompt.shows(f"{A} In [1]: ")
        yield prompt


def piped(lab: Lab, text: str) -> str:
    done = lab.pybeam("shell", "--remsh", A, text=text)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def processes(lab: Lab) -> int:
    """How many processes `A` has, without the one that counts."""
    return len(lab.asks(A, "pybeam.process:list").split(",")) - 1


def test_what_is_piped_in_is_evaluated_there_and_shown_here(lab: Lab) -> None:
    text = "node.self()\nimport os\nx = os.getpid()\nx\nfor i in range(2):\n    print(i)\n\nNone\n7;\n_\n"
    assert piped(lab, text) == (
        f"{A} In [1]: node.self()\n"
        f"Out[1]: '{A}'\n"
        f"{A} In [2]: import os\n"
        f"{A} In [3]: x = os.getpid()\n"
        f"{A} In [4]: x\n"
        f"Out[4]: {lab.running[0].pid}\n"
        f"{A} In [5]: for i in range(2):\n"
        f"{' ' * len(A)}    ...:     print(i)\n"
        "0\n1\n"
        f"{A} In [6]: None\n"
        f"{A} In [7]: 7;\n"
        f"{A} In [8]: _\n"
        "Out[8]: 7\n"
    )
    assert "0\n1" not in lab.running[0].log(), "it is printed here alone"


def test_an_error_is_shown_with_the_traceback_from_there_and_ends_nothing(lab: Lab) -> None:
    out = piped(lab, "def f(x):\n    return 1 / x\n\nf(0)\nx = )\nraise SystemExit(3)\n'end'\n")
    assert "    return 1 / x\n" in out and "ZeroDivisionError: division by zero\n" in out
    assert "pybeam/" not in out, "no frame of ours"
    assert "SyntaxError: unmatched ')'" in out and "SystemExit: 3" in out
    assert out.endswith("Out[5]: 'end'\n")


def test_what_cannot_travel_is_shown_by_its_repr_and_stays_usable_there(lab: Lab) -> None:
    out = piped(lab, "lock = __import__('threading').Lock()\nlock\nlock.acquire()\nimport demo\ndemo.Worker\n")
    assert "Out[2]: <unlocked _thread.lock object at" in out
    assert "Out[3]: True" in out
    assert "Out[5]: demo.Worker" in out


def test_it_has_a_process_with_a_mailbox_and_the_public_names(lab: Lab) -> None:
    out = piped(lab, "send(process.self(), 'hello')\nflush()\nflush()\nsys.get_state('one')\ncode, rpc, GenServer;\n")
    assert "'hello'\n" in out and "(no messages)\n" in out and "{'name': 'one'}" in out
    assert "NameError" not in out


def test_it_takes_nothing_from_the_input_of_the_node_and_does_not_close_it(lab: Lab) -> None:
    out = piped(lab, "input('?')\nif True: exit()\n\n__import__('sys').stdin.closed\nexit(0)\n1\n")
    assert "EOFError: a remote prompt has no input to read" in out and "SystemExit" in out
    assert "Out[3]: False" in out and "Out[5]" not in out


@pytest.mark.parametrize("leave", [lambda prompt: prompt.type("exit"), lambda prompt: prompt.ctrl("d")])
def test_leaving_leaves_no_process_there(lab: Lab, leave: Callable[[Prompt], None]) -> None:
    before = processes(lab)
    with closing(Prompt(lab, "--remsh", A)) as prompt:
        prompt.shows("In [1]: ")
        prompt.type("1 + 1")
        prompt.shows("Out[1]: 2")
        assert processes(lab) == before + 2
        leave(prompt)
        assert prompt.ends() == 0
    assert processes(lab) == before
    assert lab.asks(A, "pybeam.node:list") == "[]"


def test_a_prompt_that_is_killed_in_the_middle_leaves_no_process_there(lab: Lab) -> None:
    before = processes(lab)
    with closing(Prompt(lab, "--remsh", A)) as prompt:
        prompt.shows("In [1]: ")
        prompt.type("process.receive()")
        until(lambda: processes(lab) == before + 2)
        time.sleep(0.2)  # nothing shows that it waits
    until(lambda: processes(lab) == before)


@pytest.mark.parametrize(
    "waits",
    [
        "process.sleep(60)",
        "process.receive()",
        "GenServer.call('one', 'process.sleep(60)', timeout=60)",
        "while True: pass",
        "process.blocking(__import__('time').sleep, 60)",
        "[node.list() for _ in iter(int, 1)]",
        "while True: print('x', end='')",
    ],
)
def test_ctrl_c_interrupts_what_is_evaluated_there_and_nothing_else(lab: Lab, prompt: Prompt, waits: str) -> None:
    prompt.type("kept = process.self()")
    prompt.shows("In [2]: ")
    prompt.type(waits)
    prompt.type("") if waits.startswith("while") else None
    time.sleep(0.5)  # nothing shows that it waits
    prompt.ctrl("c")
    prompt.shows("KeyboardInterrupt", 3.0)
    prompt.shows("In [3]: ")
    prompt.type("process.self() == kept, process.alive(process.whereis('one'))")
    prompt.shows("Out[3]: (True, True)")
    assert processes(lab) > 0, "the node answers"


def test_what_cannot_be_interrupted_is_left_behind_and_the_names_are_kept(lab: Lab, prompt: Prompt) -> None:
    before = processes(lab) - 2
    prompt.type("x = 5; import time")
    prompt.shows("In [2]: ")
    prompt.type("time.sleep(4); print('late')")
    time.sleep(0.3)
    prompt.ctrl("c")
    prompt.shows("left behind in code that cannot be interrupted", 3.0)
    prompt.shows("In [3]: ")
    prompt.type("x")
    prompt.shows("Out[3]: 5")
    prompt.type("exit")
    assert prompt.ends() == 0
    assert processes(lab) == before
    assert "late" not in lab.running[0].log()


def test_two_prompts_on_one_node_have_their_own_names_and_output(lab: Lab, prompt: Prompt) -> None:
    with closing(Prompt(lab, "--remsh", A)) as other:
        other.shows("In [1]: ")
        other.type("mine = 'theirs'")
        other.shows("In [2]: ")
        prompt.type("print('only ' + 'here'); 'mine' in globals()")
        prompt.shows("only here\n")
        prompt.shows("Out[1]: False")
        other.type("1")
        other.shows("Out[2]: 1")
        assert "only here" not in other.screen


def test_tab_completes_names_of_the_other_node(prompt: Prompt) -> None:
    prompt.type("a_name_of_there = {}")
    prompt.shows("In [2]: ")
    prompt.write("a_name_of\t")
    prompt.shows("a_name_of_there")
    prompt.write(".setdef\t")
    prompt.shows(".setdefault")


def test_a_property_that_takes_long_holds_neither_the_node_nor_the_prompt_up(lab: Lab, prompt: Prompt) -> None:
    prompt.type("import time; slow = property(lambda self: time.sleep(3)); o = type('O', (), {'slow': slow})()")
    prompt.shows("In [2]: ")
    prompt.write("o.slow.x\t")
    time.sleep(1.5)
    prompt.ctrl("u")
    prompt.type("6 * 7")
    prompt.shows("42")
    assert "has kept the scheduler" not in lab.running[0].log()


def test_a_node_that_is_lost_is_told_with_what_to_do_and_the_prompt_can_connect_anew(lab: Lab, prompt: Prompt) -> None:
    prompt.type("process.sleep(60)")
    time.sleep(0.3)
    lab.running[0].signal(signal.SIGKILL)
    prompt.shows(f"{A}: the connection to it was lost (noconnection)")
    prompt.shows("Enter an input to connect anew, or leave with exit.")
    prompt.type("1 + 1")
    prompt.shows(f"{A} cannot be reached: start it and enter your input again")
    lab.running[0].ends()
    lab.node(A)
    prompt.type("1 + 2")
    prompt.shows(f"connected to {A} anew; the names made before are gone")
    prompt.shows("3")
    prompt.type("exit")
    assert prompt.ends() == 0


def test_a_session_that_is_killed_is_told_and_leaves_nothing(lab: Lab, prompt: Prompt) -> None:
    before = processes(lab) - 2
    prompt.type("process.exit(process.info(process.self())['monitors'][0], 'kill')")
    prompt.shows(f"{A}: the session there has ended (killed)")
    until(lambda: processes(lab) == before)


def test_a_prompt_whose_process_is_ended_gets_another_and_keeps_its_names(lab: Lab) -> None:
    before = processes(lab)
    out = piped(lab, "x = 41\nprocess.exit(process.self(), 'kill')\nx + 1\nprocess.send(process.self(), 7)\nflush()\n")
    assert "In [2]: process.exit(process.self(), 'kill')\nthe process that evaluated this was ended: killed\n" in out
    assert "Out[3]: 42\n" in out and "In [5]: flush()\n7\n" in out
    until(lambda: processes(lab) == before)


def test_messages_that_refuse_to_be_compared_disturb_nothing(lab: Lab) -> None:
    odd = "process.send(process.self(), {})\n"
    out = piped(
        lab, "import numpy as n; a = n.zeros(3)\n" + odd.format("(1, 2, 3, a)") + odd.format("(a,) * 5") + "4\n"
    )
    assert "Out[4]: 4\n" in out


def test_a_traceback_counts_the_inputs_as_the_prompt_does(lab: Lab) -> None:
    out = piped(lab, "1\n1 / 0\n")
    assert f"{A} In [2]: 1 / 0\n" in out and 'File "<input 2 of <' in out


def test_a_value_that_takes_long_to_pickle_does_not_hold_the_node_up(lab: Lab) -> None:
    slow = (
        "import time\nclass Slow:\n    def __reduce__(self):\n        time.sleep(1)\n        return int, ()\n\nSlow()\n"
    )
    assert "Out[3]: 0\n" in piped(lab, slow)
    assert "has kept the scheduler" not in lab.running[0].log()


def test_a_value_of_a_hundred_megabytes_is_shown_by_its_beginning(lab: Lab) -> None:
    out = piped(lab, "b'x' * 100_000_000\nlen(_)\n")
    assert "xxx... (100000000 in all)\n" in out and len(out) < 50_000 and "Out[2]: 100000000\n" in out


def test_what_cannot_start_is_one_line(lab: Lab) -> None:
    (lab.directory / "rc.py").write_text("")
    for arguments, status, line in [
        (("--remsh", B), 1, f"node {B} cannot be reached: does it run, and with the same cookie?"),
        (("--remsh", A, "--cookie", "another one, long enough"), 1, "cannot be reached"),
        (("--remsh", A, "--rc", "rc.py"), 1, "give --rc or --remsh"),
        (("--remsh", "nohost"), 2, "bad node name"),
        (("--remsh", A, "--name", A), 1, "already taken on this host"),
    ]:
        done = lab.pybeam("shell", *arguments)
        assert (done.returncode, done.stdout) == (status, ""), done
        assert line in done.stderr and done.stderr.count("\n") == 1


def test_ipythons_own_commands_run_here(lab: Lab) -> None:
    out = piped(lab, "!echo from $((20 + 1))\n%xmode\n1\n")
    assert "from 21\n" in out and "Exception reporting mode" in out and "Out[3]: 1\n" in out
