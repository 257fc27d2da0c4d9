"""Application: one list of children, started by itself, stopped in reverse, waited for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pybeam.errors import AlreadyStarted
from pybeam.otp.application import Application, start_application
from pybeam.otp.application_root import RunningApplication
from pybeam.otp.child import ChildSpec
from pybeam.otp.gen_server import GenServer
from pybeam.otp.supervisor import Supervisor
from pybeam.process import alive, exit, flush, list, receive, self, send, sleep, spawn, whereis
from pybeam.testing.inside import inside, now, settle
from tests.otp.family import Family, children, pid_of


class Program(Application):
    """Three children, and a diary of what happened."""

    name = "program"

    def __init__(self, ids: str = "abc") -> None:
        self.family = Family()
        self.ids = ids

    def children(self) -> Any:
        return self.family.specs(self.ids)

    def before_start(self) -> None:
        self.family.write("before")

    def after_stop(self) -> None:
        self.family.write("after")


@inside
def test_it_starts_its_children_in_order_under_a_supervisor_of_that_name() -> None:
    program = Program()
    running = program.start()
    assert program.family.read() == "before +a +b +c"
    assert running.pid == whereis("program")
    assert [*children(running.pid)] == [*"abc"]


@inside
def test_stop_stops_in_reverse_within_the_limits_and_cleans_up_last() -> None:
    program = Program()
    program.family.stop_seconds = {"a": 1.0, "b": 60.0, "c": 2.0}
    running = program.start()
    program.family.read()
    running.stop()
    assert program.family.read() == "-c -a after"
    assert now() == 2 + 5 + 1
    assert not any(map(alive, [running.pid, *filter(None, map(whereis, "abc"))]))


@inside
def test_stop_twice_is_as_good_as_once() -> None:
    running = Program().start()
    running.stop()
    running.stop()
    assert running.reason == "shutdown"


@inside
def test_it_leaves_no_process_behind() -> None:
    before = list()
    Program().start().stop()
    assert list() == before


@inside
def test_it_outlives_its_starter() -> None:
    program = Program()
    started = spawn(program.start)
    settle()
    assert not alive(started)
    assert alive(pid_of("program"))


START: list[Callable[[Any], RunningApplication]] = [start_application, Application.start]  # type: ignore[valid-type]


@pytest.mark.parametrize("start", START)
def test_both_ways_to_start_it_do_the_same(start: Callable[[Any], RunningApplication]) -> None:
    @inside
    def story() -> None:
        assert [*children(start(Program("ab")).pid)] == ["a", "b"]

    story()


@inside
def test_a_class_is_made_an_instance_without_arguments() -> None:
    running = start_application(Program)
    assert isinstance(running.application, Program)
    assert [*children(running.pid)] == [*"abc"]


@pytest.mark.parametrize("application", [None, "module:APP", int, 7, GenServer, Supervisor])
def test_what_is_no_application_is_a_type_error(application: Any) -> None:
    @inside
    def story() -> None:
        with pytest.raises(TypeError, match="an Application is needed here"):
            start_application(application)

    story()


@inside
def test_one_without_a_list_says_so() -> None:
    class Bare(Application):
        pass

    with pytest.raises(NotImplementedError, match="Bare does not say what its children are"):
        start_application(Bare)


@inside
def test_its_attributes_are_its_supervisors_options() -> None:
    class Strict(Program):
        strategy = "one_for_all"
        max_restarts = 1
        max_seconds = 100.0

    strict = Strict()
    running = strict.start()
    strict.family.read()
    exit(pid_of("b"), "kill")
    sleep(99)
    assert strict.family.read() == "-c -a +a +b +c"
    exit(pid_of("b"), "kill")
    assert running.wait() == "shutdown"


# ---------------------------------------------------------------------- it cannot start


@inside
def test_a_child_that_cannot_start_fails_the_start_and_cleans_up() -> None:
    program = Program()
    program.family.failures["c"] = 1
    before = list()
    with pytest.raises(OSError, match="c cannot start"):
        program.start()
    assert program.family.read() == "before +a +b !c -b -a after"
    assert (list(), flush()) == (before, [])


@inside
def test_what_before_start_raises_start_raises_and_nothing_was_started() -> None:
    class Unready(Program):
        def before_start(self) -> None:
            raise PermissionError("no access to the disk")

    unready = Unready()
    with pytest.raises(PermissionError, match="no access"):
        unready.start()
    assert unready.family.read() == ""


@inside
def test_a_senseless_list_is_refused() -> None:
    for ids, words in (("aa", "two children have the id 'a'"),):
        with pytest.raises(ValueError, match=words):
            Program(ids).start()
    assert whereis("program") is None


@inside
def test_the_same_name_cannot_run_twice() -> None:
    running = Program("a").start()
    with pytest.raises(AlreadyStarted) as caught:
        Program("b").start()
    assert caught.value.pid == running.pid
    assert [*children(running.pid)] == ["a"]


# ---------------------------------------------------------------------- it ends


@inside
def test_one_that_gives_up_tells_who_waits_and_who_asks_later() -> None:
    program = Program()
    running = program.start()
    assert "ended" not in repr(running)
    me = self()
    spawn(lambda: send(me, running.wait()))
    sleep(1)
    for _ in range(4):
        exit(pid_of("b"), "kill")
        settle()
    assert receive() == "shutdown"
    assert program.family.read() == "before +a +b +c +b +b +b -c -a after"
    assert (running.wait(), running.reason) == ("shutdown", "shutdown")
    running.stop()


@inside
def test_one_whose_supervisor_is_killed_ends_with_that_reason() -> None:
    program = Program("a")
    running = program.start()
    program.family.read()
    exit(running.pid, "kill")
    assert running.wait() == "killed"
    settle()
    assert sorted(program.family.read().split()) == ["-a", "after"]


@inside
def test_waiting_for_one_that_runs_times_out_and_leaves_no_message() -> None:
    running = Program().start()
    with pytest.raises(TimeoutError, match="has not ended within 5 s"):
        running.wait(timeout=5)
    assert now() == 5
    running.stop()
    assert flush() == []


@inside
def test_its_end_is_told_once_when_after_stop_fails() -> None:
    class Messy(Program):
        def after_stop(self) -> None:
            raise OSError("the disk is gone")

    running = Messy().start()
    running.stop()
    assert (running.wait(), whereis("program")) == ("shutdown", None)


@inside
def test_it_says_what_it_is_and_whether_it_runs() -> None:
    running = Program().start()
    assert repr(running) == f"<Program at {running.pid!r}>"
    running.stop()
    assert repr(running) == f"<Program at {running.pid!r}, ended: shutdown>"


# ---------------------------------------------------------------------- as a part of a larger one


@inside
def test_it_can_be_a_child_and_is_started_stopped_and_restarted_with_its_hooks() -> None:
    program = Program("bc")
    outer = Family()
    top = Supervisor.start_link([outer.spec("a"), program])
    assert program.family.read() == "before +b +c"
    exit(pid_of("program"), "kill")
    sleep(1)
    assert sorted(program.family.read().split()) == ["+b", "+c", "-b", "-c", "after", "before"]
    Supervisor.stop(top)
    assert program.family.read() == "-c -b after"


@inside
def test_one_that_gives_up_is_its_supervisors_to_judge() -> None:
    program = Program("b")
    spec = ChildSpec("part", program.child_spec().start, restart="transient", shutdown=None, type="supervisor")
    top = Supervisor.start_link([spec])
    for _ in range(4):
        exit(pid_of("b"), "kill")
        settle()
    assert children(top) == {"part": None}
