"""What the scripts do before a node runs, in a copy of the project whose Python notes what it is asked for."""

from __future__ import annotations

import shutil
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from tests.integration.lab import until
from tests.integration.mapping import PROJECT
from tests.integration.terminal import Place, command_line, node, place_in

pytestmark = pytest.mark.integration

INSTALLS = "-m pip install --quiet --no-input --no-user --disable-pip-version-check --editable"

STEPS = [
    "-m ruff format --check .",
    "-m ruff check .",
    "-m mypy --strict pybeam apothik tests bench conftest.py",
    "-m pytest",
]

PYTHON = f"""#!/usr/bin/env bash
if [[ $1 == -m && $2 != pybeam ]]; then
    echo "$*" >>"$(dirname "$0")/asked"
    if [[ $* != "${{FAILS:-nothing}}"* ]]; then exit 0; fi
    if [[ -n ${{SLEEPS:-}} ]]; then sleep 60 & wait; fi
    echo "no luck"
    exit 7
fi
if [[ -n ${{LAME:-}} && $* == *"$LAME"* ]]; then exit 3; fi
exec "{PROJECT}/.venv/bin/python" "$@"
"""
"""Of the copy's .venv/: the real one, but for the tools, which it leaves out."""


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Place]:
    """A place with a copy of the project in it, in a path with spaces, where nothing is installed yet."""
    project = tmp_path / "a path with 'quotes' & spaces"
    shutil.copytree(PROJECT / "scripts", project / "scripts")
    for name in ("setup.cfg", "pyproject.toml"):
        shutil.copy(PROJECT / name, project)
    for name in ("pybeam", "apothik", ".pythonrc.py"):
        (project / name).symlink_to(PROJECT / name)
    python = project / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(PYTHON)
    python.chmod(0o755)
    with place_in(tmp_path) as place:
        yield replace(place, project=project)


def asked(copy: Place) -> list[str]:
    """What the tools were asked for, since this was called last."""
    notes = copy.project / ".venv" / "bin" / "asked"
    lines = notes.read_text().splitlines() if notes.exists() else []
    notes.write_text("")
    return lines


def fails_to_start(copy: Place, **changes: str) -> subprocess.CompletedProcess[str]:
    """Start an instance that gives up once it is set up, which is quick."""
    done = copy.run("start_instance.sh", 1, PYBEAM_COOKIE="short", **changes)
    assert done.returncode == 1
    return done


def test_the_first_use_installs_and_the_next_ones_do_not(copy: Place) -> None:
    done = fails_to_start(copy)
    assert done.stderr.startswith("Setting up .venv/ (the first time this takes a minute)...\npybeam: the cookie is")
    assert asked(copy) == [f"{INSTALLS} ."]
    done = fails_to_start(copy)
    assert done.stderr.startswith("pybeam: the cookie is")
    assert asked(copy) == []


@pytest.mark.parametrize("name", ["setup.cfg", "pyproject.toml"])
def test_an_edit_of_the_settings_installs_again(copy: Place, name: str) -> None:
    fails_to_start(copy)
    with (copy.project / name).open("a") as file:
        file.write("\n")
    asked(copy)
    fails_to_start(copy)
    assert asked(copy) == [f"{INSTALLS} ."]


def test_an_installation_that_fails_is_told_and_tried_again(copy: Place) -> None:
    done = fails_to_start(copy, FAILS="-m pip")
    assert "\nno luck\n" in done.stderr
    assert done.stderr.endswith(f"the project could not be installed in {copy.project}/.venv; pip says why, above\n")
    assert "Starting" not in done.stdout
    asked(copy)
    fails_to_start(copy)
    assert asked(copy) == [f"{INSTALLS} ."]


def test_two_scripts_that_start_at_once_install_once(copy: Place) -> None:
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda _: fails_to_start(copy), range(2)))
    assert asked(copy) == [f"{INSTALLS} ."]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_installation_ends_with_its_script(copy: Place, number: int) -> None:
    script = copy.open("start_cluster.sh", FAILS="-m pip", SLEEPS="yes")
    until(lambda: any(command_line(pid).startswith("sleep") for pid in copy.processes()))
    script.process.send_signal(number)
    assert script.ends() == -number
    assert copy.processes() == set()
    assert script.screen == "Setting up .venv/ (the first time this takes a minute)...\n"


@pytest.mark.parametrize(
    ("python", "why"),
    [("python-absent", "python-absent is not installed"), ("false", "set PYTHON to one that will do")],
)
def test_a_python_that_will_not_do_is_one_line(copy: Place, python: str, why: str) -> None:
    done = fails_to_start(copy, PYTHON=python)
    assert why in done.stderr and done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_a_cluster_and_its_prompt_run_in_a_path_with_spaces(copy: Place) -> None:
    copy.cluster(2)
    typed = ("Master.put(2, 'toto', 12)", "Master.get(1, 'toto')", "exit", "")
    done = copy.run("start_master.sh", text="\n".join(typed))
    assert done.returncode == 0, done.stderr
    assert "Out[1]: 'ok'\n" in done.stdout and "Out[2]: 12\n" in done.stdout


def test_one_node_that_does_not_start_ends_all_the_others(copy: Place) -> None:
    done = copy.run("start_cluster.sh", 3, LAME=f"--name {node(2)}")
    assert done.returncode == 1
    assert f"start_cluster.sh: {node(2)} did not start (status 3); ending the others\n" in done.stderr
    assert copy.processes() == set()


def test_the_checks_run_in_order_and_the_arguments_are_pytests(copy: Place) -> None:
    done = copy.run("test.sh")
    assert done.returncode == 0
    assert asked(copy) == [f"{INSTALLS} .[dev]", *STEPS]
    copy.run("test.sh", "-k", "epmd or clock")
    assert asked(copy) == [*STEPS[:-1], "-m pytest -k epmd or clock"]


@pytest.mark.parametrize("step", range(4))
def test_a_check_that_fails_is_the_last_and_gives_the_status(copy: Place, step: int) -> None:
    done = copy.run("test.sh", FAILS=STEPS[step])
    assert done.returncode == 7
    assert done.stdout.endswith("no luck\n")
    assert asked(copy)[1:] == STEPS[: step + 1]


def test_the_test_tools_come_on_top_of_what_a_node_needs(copy: Place) -> None:
    fails_to_start(copy)
    copy.run("test.sh")
    fails_to_start(copy)
    assert [each for each in asked(copy) if "pip" in each] == [f"{INSTALLS} .", f"{INSTALLS} .[dev]"]
