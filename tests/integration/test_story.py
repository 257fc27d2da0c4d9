"""The README's session, replayed as it stands there against a fresh cluster."""

from __future__ import annotations

import os
import re
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.mapping import free_port

pytestmark = pytest.mark.integration

ROOT = Path(__file__).resolve().parents[2]
MARK = "<!-- A test replays this transcript"
NODE = "master@127.0.0.1 "


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    own = {"HOME": str(tmp_path), "PYBEAM_EPMD_PORT": str(free_port()), "PYBEAM_COOKIE": secrets.token_hex(16)}
    return os.environ | own


@pytest.fixture
def cluster(environment: dict[str, str], tmp_path: Path) -> Iterator[Path]:
    """Five nodes, started by the script; where their terminal's output goes."""
    terminal = tmp_path / "terminal"
    with terminal.open("w") as output:
        script = subprocess.Popen(
            [ROOT / "scripts" / "start_cluster.sh"], env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        wait_for_the_mesh(environment)
        yield terminal
    finally:
        script.send_signal(signal.SIGTERM)
        script.wait(10)


def wait_for_the_mesh(environment: dict[str, str]) -> None:
    for _ in range(60):
        asked = [pybeam(environment, "rpc", f"apothik_{i}@127.0.0.1", "pybeam.node:list") for i in range(1, 6)]
        if all(answer.count("apothik_") == 4 for answer in asked):
            return
    raise AssertionError(f"no mesh of five nodes: {asked}")


def pybeam(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "-m", "pybeam", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=30)
    return done.stdout


def transcript() -> str:
    text = (ROOT / "README.md").read_text()
    return text[text.index(MARK) :].split("```")[1].strip()


def test_the_readmes_session_goes_as_it_is_written(cluster: Path, environment: dict[str, str]) -> None:
    written = transcript()
    typed = re.findall(r"^In \[\d+\]: (.*)$", written, re.MULTILINE)
    shell = subprocess.run(
        [ROOT / "scripts" / "start_master.sh"],
        input="\n".join([*typed, "exit", ""]),
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    shown = shell.stdout.replace(NODE, "")
    assert lines_of(shown)[: len(lines_of(written))] == lines_of(written), shell.stderr
    assert len(typed) >= 10
    assert "hey there" in cluster.read_text()


def lines_of(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines() if line.strip()]
