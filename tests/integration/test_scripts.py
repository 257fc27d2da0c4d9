"""The scripts as a user starts them: what they print, what they refuse, what they leave alone."""

from __future__ import annotations

import os
import re
import signal
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.integration.lab import until
from tests.integration.terminal import START_SECONDS, Place, Terminal, command_line, node, place_in

pytestmark = pytest.mark.integration

FIVE = range(1, 6)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with place_in(tmp_path) as place:
        yield place


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Place, Terminal]]:
    """A place with a cluster of five, for tests that leave it as it is."""
    with place_in(tmp_path_factory.mktemp("town")) as place:
        yield place, place.cluster(5)


def refused(place: Place, script: str, *arguments: object, status: int) -> str:
    """The one line with which a script fails."""
    done = place.run(script, *arguments)
    assert (done.returncode, done.stdout) == (status, ""), done
    assert done.stderr.startswith((f"{script}: ", "pybeam: ")) and done.stderr.count("\n") == 1, done.stderr
    return done.stderr


def nodes(place: Place) -> int:
    """How many nodes run there, named or not."""
    lines = [command_line(pid) for pid in place.processes()]
    return sum("-m pybeam run" in line for line in lines)


# ---------------------------------------------------------------------- start_cluster.sh


def test_the_cluster_is_five_nodes_in_one_mesh(town: tuple[Place, Terminal]) -> None:
    place, terminal = town
    assert re.findall("^Starting .*", terminal.screen, re.MULTILINE) == [
        f"Starting instance {i} with node {node(i)}..." for i in FIVE
    ]
    assert place.names() == [f"apothik_{i}" for i in FIVE]
    until(lambda: place.is_mesh(*FIVE))


def test_a_second_cluster_says_which_names_are_taken_and_leaves_the_first_as_it_is(
    town: tuple[Place, Terminal],
) -> None:
    place, _ = town
    before = place.processes()
    taken = " ".join(node(i) for i in FIVE)
    assert f"taken on this host: {taken} (" in refused(place, "start_cluster.sh", status=1)
    assert f"taken on this host: {node(1)} {node(2)} (" in refused(place, "start_cluster.sh", 2, status=1)
    assert {place.pid(i) for i in FIVE} <= before
    assert nodes(place) == 5
    assert place.is_mesh(*FIVE)


@pytest.mark.parametrize("size", [1, 3])
def test_the_number_of_nodes_is_an_argument_and_each_node_knows_it(place: Place, size: int) -> None:
    terminal = place.cluster(size)
    assert terminal.screen.count("Starting instance") == size
    assert place.names() == [f"apothik_{i}" for i in range(1, size + 1)]
    assert place.asks(size, "apothik.cluster:node_list") == [node(i) for i in range(1, size + 1)]


WRONG_NUMBERS = ["0", "-1", "1000", "05", "1.5", "five", "3x", "3; ls", "$(ls)", "--nodes", "٣"]


@pytest.mark.parametrize("script", ["start_cluster.sh", "start_instance.sh"])
def test_a_wrong_number_is_one_line_that_says_it(place: Place, script: str) -> None:
    for wrong in WRONG_NUMBERS:
        assert f"takes one whole number from 1 to 999, not: {wrong}" in refused(place, script, wrong, status=2)
    assert "not: 3 4 " in refused(place, script, 3, 4, status=2)


@pytest.mark.parametrize("script", ["start_cluster.sh", "start_instance.sh"])
def test_help_says_how_to_use_it(place: Place, script: str) -> None:
    for option in ("--help", "-h"):
        done = place.run(script, option)
        assert done.returncode == 0
        assert done.stdout.startswith(f"usage: {script} ")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"PYBEAM_COOKIE": "short"}, "pybeam: the cookie is too short"),
        ({"PYBEAM_EPMD_PORT": "many"}, "pybeam: the port mapper's port is a number from 1 to 65535, not 'many'"),
    ],
)
def test_nodes_that_cannot_start_say_why_and_end_the_cluster(place: Place, changes: dict[str, str], why: str) -> None:
    done = place.run("start_cluster.sh", 2, **changes)
    assert done.returncode == 1
    assert why in done.stderr
    assert "did not start (status 1); ending the others\n" in done.stderr
    assert "Traceback" not in done.stderr


def test_one_taken_name_is_enough_to_start_none(place: Place) -> None:
    place.open("start_instance.sh", 2).shows(f"{node(2)} runs Apothik")
    assert f"taken on this host: {node(2)} (" in refused(place, "start_cluster.sh", 3, status=1)
    assert place.names() == ["apothik_2"]


def test_of_two_clusters_that_start_at_once_one_starts_whole_and_the_other_gives_up(place: Place) -> None:
    terminals = [place.open("start_cluster.sh", 2) for _ in range(2)]
    until(lambda: any(each.screen and each.process.poll() is not None for each in terminals), START_SECONDS)
    [loser] = [each for each in terminals if each.process.poll() is not None]
    [winner] = [each for each in terminals if each is not loser]
    assert loser.ends() == 1
    assert f"taken on this host: {node(1)} {node(2)} (" in loser.screen
    place.is_up(winner, 2)
    until(lambda: place.is_mesh(1, 2))


def test_without_a_cookie_the_nodes_make_one_and_share_it(place: Place) -> None:
    terminal = place.cluster(3, PYBEAM_COOKIE=None)
    cookie = place.lab.directory / "home" / ".erlang.cookie"
    assert stat.S_IMODE(cookie.stat().st_mode) == 0o400
    for i in (1, 2, 3):
        terminal.shows(f"connected to {node(i)}\n")
        assert place.lab.pybeam("ping", node(i), PYBEAM_COOKIE=cookie.read_text()).stdout == "pong\n"


# ---------------------------------------------------------------------- start_instance.sh


def test_an_instance_joins_the_mesh_and_leaves_it(town: tuple[Place, Terminal]) -> None:
    place, _ = town
    sixth = place.open("start_instance.sh", 6)
    sixth.shows(f"Starting instance 6 with node {node(6)}...\n")
    sixth.shows(f"{node(6)} runs Apothik")
    until(lambda: place.is_mesh(*FIVE, 6))
    sixth.ctrl_c()
    assert sixth.ends() == 0
    assert place.is_mesh(*FIVE)
    assert place.names() == [f"apothik_{i}" for i in FIVE]


def test_an_instance_whose_name_is_taken_is_refused_in_one_line(town: tuple[Place, Terminal]) -> None:
    place, _ = town
    done = place.run("start_instance.sh", 3)
    assert done.returncode == 1
    assert "already taken on this host" in done.stderr and done.stderr.count("\n") == 1
    assert place.is_mesh(*FIVE)


def test_a_killed_node_takes_no_other_with_it_and_comes_back(place: Place) -> None:
    terminal = place.cluster(3)
    until(lambda: place.is_mesh(1, 2, 3))
    os.kill(place.pid(2), signal.SIGKILL)
    terminal.shows(f"start_cluster.sh: {node(2)} has ended (status 137)\n")
    assert place.is_mesh(1, 3)
    assert place.names() == ["apothik_1", "apothik_3"]
    again = place.open("start_instance.sh", 2)
    again.shows(f"{node(2)} runs Apothik")
    until(lambda: place.is_mesh(1, 2, 3))
    assert place.names() == ["apothik_1", "apothik_2", "apothik_3"]
    assert place.asks(2, "apothik.cache:put", "toto", 12) == "ok"
    terminal.process.terminate()
    assert terminal.ends() == -signal.SIGTERM
    assert place.names() == ["apothik_2"], "the instance is not the cluster script's to end"


def test_a_cluster_whose_every_node_has_been_killed_ends(place: Place) -> None:
    terminal = place.cluster(1)
    os.kill(place.pid(1), signal.SIGKILL)
    assert terminal.ends() == 1
    assert "start_cluster.sh: every node has ended\n" in terminal.screen


# ---------------------------------------------------------------------- start_master.sh


def test_the_prompts_node_is_in_the_mesh_until_exit(town: tuple[Place, Terminal]) -> None:
    place, _ = town
    typed = [
        f"node.ping({node(1)!r})",
        "len(node.list())",
        f"'master@127.0.0.1' in rpc_call({node(2)!r}, 'pybeam.node:list')",
        "Master.put(4, 'k', 'v'), Master.get(5, 'k'), Master.delete(3, 'k')",
        "exit",
    ]
    done = place.run("start_master.sh", text="\n".join([*typed, ""]))
    assert (done.returncode, done.stderr) == (0, "")
    shown = done.stdout.replace("master@127.0.0.1 In", "In")
    for number, line in enumerate(typed, 1):
        assert f"In [{number}]: {line}\n" in shown
    assert re.findall(r"^Out.*", shown, re.MULTILINE) == [
        "Out[1]: 'pong'",
        "Out[2]: 5",
        "Out[3]: True",
        "Out[4]: ('ok', 'v', 'ok')",
    ]
    assert place.is_mesh(*FIVE)
    assert place.names() == [f"apothik_{i}" for i in FIVE]


LEAVES: dict[str, Callable[[Terminal], None]] = {
    "exit": lambda terminal: terminal.type("exit"),
    "Ctrl-D": lambda terminal: terminal.type("\x04"),
    "closed terminal": Terminal.hang_up,
    "SIGTERM": lambda terminal: terminal.process.terminate(),
}


@pytest.mark.parametrize("leave", LEAVES)
def test_no_process_outlives_the_prompt(place: Place, leave: str) -> None:
    prompt = place.open("start_master.sh", PROMPT_TOOLKIT_NO_CPR="1")
    prompt.shows("In [")
    LEAVES[leave](prompt)
    prompt.ends()
    assert place.processes() == set()
