"""However the cluster script ends, its nodes end with it, and the next cluster starts at once."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.integration.lab import until
from tests.integration.mapping import PROJECT
from tests.integration.terminal import STOP_SECONDS, Place, Terminal, are_gone, node, place_in

pytestmark = pytest.mark.integration

SIZE = 3

WAYS: dict[str, tuple[Callable[[Terminal], None], int]] = {
    "Ctrl-C": (Terminal.ctrl_c, signal.SIGINT),
    "closed terminal": (Terminal.hang_up, signal.SIGHUP),
    "SIGTERM": (lambda terminal: terminal.process.terminate(), signal.SIGTERM),
    "SIGHUP": (lambda terminal: terminal.process.send_signal(signal.SIGHUP), signal.SIGHUP),
}
"""What ends the script, and the signal it then has died by."""

MOMENTS = (
    "Starting instance 1 ",
    f"Starting instance {SIZE} ",
    f"connected to {node(SIZE)}",
)
"""What the terminal shows when the end comes: from the first fork to a whole cluster."""


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with place_in(tmp_path) as place:
        yield place


def ends_alone(place: Place, terminal: Terminal, number: int) -> None:
    """Hold that the script dies by a signal, and that nothing is left of what it started."""
    processes = place.processes()
    assert terminal.ends() == -number
    assert place.processes() == set()
    assert are_gone(processes)


@pytest.mark.parametrize("way", WAYS)
def test_no_process_outlives_the_script_at_whatever_moment_it_is_told_to_end(place: Place, way: str) -> None:
    end, number = WAYS[way]
    for moment in MOMENTS:
        start = place.start if way.startswith("SIG") else place.open
        terminal = start("start_cluster.sh", SIZE)
        terminal.shows(moment)
        end(terminal)
        ends_alone(place, terminal, number)
    place.cluster(SIZE)


def test_no_process_outlives_a_script_that_is_killed(place: Place) -> None:
    for _ in range(3):
        terminal = place.start("start_cluster.sh", SIZE)
        place.is_up(terminal, SIZE)
        terminal.process.kill()
        assert terminal.ends() == -signal.SIGKILL
        until(lambda: not place.processes(), STOP_SECONDS)
    place.cluster(SIZE)


def test_a_stuck_node_is_killed_in_time_however_often_ctrl_c_is_pressed(place: Place) -> None:
    terminal = place.cluster(SIZE)
    os.kill(place.pid(2), signal.SIGSTOP)
    terminal.ctrl_c()
    for _ in range(2):
        time.sleep(0.3)  # an impatient person
        terminal.ctrl_c()
    ends_alone(place, terminal, signal.SIGINT)


def test_a_reader_that_has_gone_ends_the_cluster(place: Place) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    terminal = place.start("start_cluster.sh", SIZE, stdout=writer)
    os.close(writer)
    ends_alone(place, terminal, signal.SIGPIPE)


@pytest.fixture
def shell(place: Place) -> Terminal:
    """An interactive shell, as people have it, with a cluster in its foreground."""
    shell = place.open("bash", "--norc", "--noprofile", "-i", PS1=r"ready \#> ", TERM="dumb")
    shell.shows("ready 1> ")
    shell.type(f"{PROJECT}/scripts/start_cluster.sh {SIZE}")
    place.is_up(shell, SIZE)
    return shell


def test_ctrl_c_gives_the_shells_prompt_back_when_all_have_ended(place: Place, shell: Terminal) -> None:
    shell.ctrl_c()
    shell.shows("ready 2> ")
    shell.type("echo status $?")
    shell.shows("\nstatus 130\n")
    assert place.processes() == {shell.process.pid}


def test_the_end_of_the_terminal_ends_shell_script_and_nodes(place: Place, shell: Terminal) -> None:
    shell.hang_up()
    assert shell.ends() != 0
    until(lambda: not place.processes(), STOP_SECONDS)
