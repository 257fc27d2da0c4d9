"""Supervisors against a real BEAM: eighty random stories, played there once and here at every test.

`beam_supervisors.exs` says how a story is written, and plays them there.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pybeam.errors import AlreadyStarted
from pybeam.otp.dynamic_supervisor import DynamicSupervisor
from pybeam.otp.gen_server import GenServer
from pybeam.otp.supervisor import Supervisor
from pybeam.process import alive, exit, trap_exit, whereis
from pybeam.terms import Pid
from pybeam.testing.inside import inside, settle
from tests.otp.family import Family, pid_of

STORIES = (Path(__file__).parent / "beam_supervisors.txt").read_text().strip().split("\n\n")[1:]


class Stage:
    """A supervisor that is told the steps of a story."""

    def __init__(self, strategy: Any) -> None:
        self.family = Family()
        self.dynamic = strategy == "dynamic"
        self.supervisor = (
            DynamicSupervisor.start_link(max_restarts=3, max_seconds=100_000)
            if self.dynamic
            else Supervisor.start_link([], strategy=strategy, max_restarts=3, max_seconds=100_000)
        )

    def play(self, step: str) -> str:
        """What came of it, in the words of the recording."""
        act, id, restart, number = step.split()
        try:
            self.act(act, id, restart, int(number))
            result = "ok"
        except Exception as error:
            result = self.word(error, act)
        settle()
        diary = self.family.read()
        return f"{step}|{result}|{' '.join(sorted(diary.split())) if self.dynamic else diary}|{self.children()}"

    def act(self, act: str, id: str, restart: str, number: int) -> None:
        sup = self.supervisor
        if act == "fail":
            self.family.failures[id] = number
        elif act == "start" and self.dynamic:
            DynamicSupervisor.start_child(sup, self.family.spec(id, restart=restart))
        elif act == "start":
            Supervisor.start_child(sup, self.family.spec(id, restart=restart))
        elif act == "terminate" and self.dynamic:
            DynamicSupervisor.terminate_child(sup, whereis(id) or sup)  # which is no child
        elif act in ("terminate", "restart", "delete"):
            getattr(Supervisor, f"{act}_child")(sup, id)
        elif whereis(id) is not None and act == "kill":
            exit(pid_of(id), "kill")
        elif whereis(id) is not None:
            GenServer.stop(id)

    def word(self, error: Exception, act: str) -> str:
        if isinstance(error, ValueError):
            return "already_present" if act == "start" else "running"
        return {AlreadyStarted: "already_started", LookupError: "not_found", OSError: "failed"}[type(error)]

    def children(self) -> str:
        if not alive(self.supervisor):
            return "gone"
        if self.dynamic:
            running = {info.pid for info in DynamicSupervisor.which_children(self.supervisor)}
            return " ".join(f"{id}1" for id in "abcd" if whereis(id) in running)
        infos = Supervisor.which_children(self.supervisor)
        return " ".join(sorted(f"{info.id}{int(isinstance(info.pid, Pid))}" for info in infos))


@pytest.mark.parametrize("number", range(len(STORIES)))
def test_a_supervisor_does_what_it_does_on_the_beam(number: int) -> None:
    @inside
    def story() -> None:
        trap_exit()
        strategy, *lines = STORIES[number].split("\n")
        stage = Stage(strategy)
        assert [stage.play(line.split("|")[0]) for line in lines] == lines

    story()


def test_the_stories_are_worth_playing() -> None:
    told = "\n".join(STORIES)
    assert len(STORIES) == 80
    for word in ("|gone", "|failed|", "|already_started|", "|already_present|", "|running|", "|not_found|", "!a !a"):
        assert word in told, word
