"""Applications that are being started: what others see of them, who start, stop or ask for them meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from pybeam import application
from pybeam.errors import AlreadyStarted, NoProcess
from pybeam.otp.application import Application
from pybeam.process import receive, self, send, sleep, spawn
from pybeam.testing.inside import inside, settle


class Slow(Application):
    """Takes a second to start."""

    env: Mapping[str, Any] = {"word": "default"}

    def before_start(self) -> None:
        sleep(1)

    def children(self) -> Any:
        return []


class Needs(Application):
    applications = (Slow,)

    def children(self) -> Any:
        return []


class NeedsToo(Needs):
    pass


@inside
def test_of_two_that_start_the_same_at_once_one_is_told_that_it_is_started() -> None:
    me = self()

    def start() -> None:
        try:
            send(me, type(Slow().start()).__name__)
        except AlreadyStarted as taken:
            send(me, taken)

    spawn(start)
    spawn(start)
    assert isinstance(receive(), AlreadyStarted)
    assert receive() == "RunningApplication"


@inside
def test_of_two_that_need_the_same_at_once_both_start() -> None:
    me = self()
    for kind in (Needs, NeedsToo):
        spawn(lambda kind=kind: send(me, type(kind().start().application)))
    assert {receive(), receive()} == {Needs, NeedsToo}
    assert len(application.which_applications()) == 3


@inside
def test_one_whose_root_has_not_run_yet_can_be_asked_for() -> None:
    me = self()

    def ask() -> None:
        send(me, (application.which_applications(), application.get_env(Slow, "word")))

    spawn(Slow().start)
    spawn(ask)
    assert receive() == ([], "default")


@inside
def test_one_that_is_only_being_started_cannot_be_stopped_as_in_otp() -> None:
    spawn(Slow().start)
    settle()
    with pytest.raises(NoProcess):
        application.stop(Slow)
    application.stop_all()
    sleep(2)
    application.stop(Slow)
    assert application.which_applications() == []
