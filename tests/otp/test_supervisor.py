"""Supervisor: who is restarted when which child falls how, and when it gives up."""

from __future__ import annotations

import pytest

from pybeam.otp.child import Restart
from pybeam.otp.directives import Stop
from pybeam.otp.gen_server import GenServer
from pybeam.otp.restart import Strategy
from pybeam.otp.supervisor import Supervisor
from pybeam.process import alive, exit, flush, monitor, receive, send, sleep, spawn, trap_exit, whereis
from pybeam.terms import Pid
from pybeam.testing.inside import inside, now, settle
from tests.otp.family import FALLS, Family, children, pid_of

RESTARTED: dict[Strategy, str] = {
    "one_for_one": "+b",
    "one_for_all": "-d -c -a +a +b +c +d",
    "rest_for_one": "-d -c +b +c +d",
}


@pytest.mark.parametrize("fall", FALLS)
@pytest.mark.parametrize("restart", ["permanent", "transient", "temporary"])
@pytest.mark.parametrize("strategy", RESTARTED)
def test_a_child_that_falls_is_restarted_as_strategy_and_type_say(
    strategy: Strategy, restart: Restart, fall: str
) -> None:
    @inside
    def story() -> None:
        family = Family()
        specs = [*family.specs("a"), family.spec("b", restart=restart), *family.specs("cd")]
        supervisor = Supervisor.start_link(specs, strategy=strategy)
        assert family.read() == "+a +b +c +d"
        before = children(supervisor)
        reason, bring_about = FALLS[fall]
        bring_about("b")
        settle()

        comes_back = restart == "permanent" or (restart == "transient" and reason in ("odd", "crash", "killed"))
        own_end = [] if reason == "killed" else ["-b"]
        assert family.read().split() == own_end + (RESTARTED[strategy].split() if comes_back else [])
        after = children(supervisor)
        assert list(after) == ([*"acd"] if restart == "temporary" else [*"abcd"])
        for id in "abcd":
            restarted = comes_back and f"+{id}" in RESTARTED[strategy]
            if id == "b" and not comes_back:
                assert after.get("b") is None
            else:
                assert (after[id] != before[id]) is restarted
                assert after[id] == whereis(id)

    story()


@pytest.mark.parametrize("restart", ["permanent", "transient", "temporary"])
def test_a_sibling_that_is_stopped_for_another_comes_back_unless_it_is_temporary(restart: Restart) -> None:
    @inside
    def story() -> None:
        family = Family()
        specs = [family.spec("a"), family.spec("b", restart=restart)]
        supervisor = Supervisor.start_link(specs, strategy="one_for_all")
        family.read()
        exit(pid_of("a"), "kill")
        settle()
        assert family.read() == ("-b +a" if restart == "temporary" else "-b +a +b")
        assert list(children(supervisor)) == (["a"] if restart == "temporary" else ["a", "b"])

    story()


@pytest.mark.parametrize("strategy", ["one_for_all", "rest_for_one"])
def test_two_that_fall_together_are_one_restart(strategy: Strategy) -> None:
    @inside
    def story() -> None:
        family = Family()
        supervisor = family.start("abc", strategy=strategy, max_restarts=1)
        for id in "abc":
            exit(pid_of(id), "kill")
        settle()
        assert family.read() == "+a +b +c"
        assert alive(supervisor)

    story()


# ---------------------------------------------------------------------- giving up


@inside
def test_more_restarts_than_allowed_stop_all_and_end_with_shutdown() -> None:
    trap_exit()
    family = Family()
    supervisor = family.start("abc", max_restarts=2, max_seconds=5)
    for _ in range(2):
        exit(pid_of("b"), "kill")
        sleep(1)
    assert family.read() == "+b +b"
    exit(pid_of("b"), "kill")
    assert receive() == ("EXIT", supervisor, "shutdown")
    assert family.read() == "-c -a"
    assert [whereis(id) for id in "abc"] == [None] * 3


@inside
def test_restarts_that_are_further_apart_go_on_for_ever() -> None:
    family = Family()
    supervisor = family.start("a", max_restarts=1, max_seconds=5)
    for _ in range(20):
        exit(pid_of("a"), "kill")
        sleep(5.1)
    assert alive(supervisor)


@inside
def test_with_no_restarts_allowed_the_first_fall_is_the_last() -> None:
    trap_exit()
    supervisor = Family().start("a", max_restarts=0)
    exit(pid_of("a"), "kill")
    assert receive() == ("EXIT", supervisor, "shutdown")


@inside
def test_an_end_that_needs_no_restart_does_not_count() -> None:
    family = Family()
    supervisor = Supervisor.start_link(family.specs("abcdef", restart="transient"), max_restarts=0)
    for id in "abcdef":
        GenServer.stop(id)
    settle()
    assert set(children(supervisor).values()) == {None}


@inside
def test_a_restart_that_fails_is_tried_again_and_each_try_counts() -> None:
    trap_exit()
    family = Family()
    supervisor = family.start("ab", max_restarts=3)
    family.failures["b"] = 99
    exit(pid_of("b"), "kill")
    assert receive() == ("EXIT", supervisor, "shutdown")
    assert family.read() == "!b !b !b -a"


@inside
def test_a_restart_that_fails_and_then_succeeds_is_a_restart() -> None:
    family = Family()
    supervisor = family.start("ab", max_restarts=3)
    family.failures["b"] = 2
    exit(pid_of("b"), "kill")
    settle()
    assert family.read() == "!b !b +b"
    assert children(supervisor)["b"] == whereis("b")


@pytest.mark.parametrize(
    ("strategy", "diary"),
    [
        ("one_for_all", "-c -a +a !b -a +a +b +c"),
        ("rest_for_one", "-c !b +b +c"),
    ],
)
def test_when_one_of_several_does_not_come_back_the_plan_starts_over(strategy: Strategy, diary: str) -> None:
    @inside
    def story() -> None:
        family = Family()
        family.start("abc", strategy=strategy)
        family.failures["b"] = 1
        exit(pid_of("b"), "kill")
        settle()
        assert family.read() == diary

    story()


@inside
def test_between_two_tries_the_supervisor_answers() -> None:
    family = Family()
    supervisor = family.start("ab", max_restarts=100, max_seconds=1000)
    family.failures["b"], family.start_seconds["b"] = 99, 1.0
    exit(pid_of("b"), "kill")
    sleep(0.5)
    assert children(supervisor)["b"] == "restarting"
    Supervisor.terminate_child(supervisor, "b")
    family.read()
    sleep(10)
    assert (family.read(), children(supervisor)["b"]) == ("", None)


# ---------------------------------------------------------------------- trees


def tree(family: Family, inner_restarts: int) -> Pid:
    inner = Supervisor.child_spec(family.specs("bc"), name="inner", max_restarts=inner_restarts)
    return Supervisor.start_link([family.spec("a"), inner, family.spec("d")])


@inside
def test_a_supervisor_is_a_child_like_any() -> None:
    family = Family()
    top = tree(family, inner_restarts=3)
    assert family.read() == "+a +b +c +d"
    GenServer.stop(top, "shutdown")
    assert family.read() == "-d -c -b -a"


@inside
def test_a_supervisor_that_gives_up_is_restarted_with_its_children() -> None:
    family = Family()
    top = tree(family, inner_restarts=0)
    before = children(top)
    family.read()
    exit(pid_of("c"), "kill")
    settle()
    assert family.read() == "-b +b +c"
    after = children(top)
    assert {id for id in after if after[id] != before[id]} == {"inner"}


@inside
def test_a_killed_supervisor_takes_its_children_along_and_is_restarted() -> None:
    family = Family()
    tree(family, inner_restarts=3)
    family.read()
    exit(pid_of("inner"), "kill")
    sleep(1)
    # Its children hear of it by their links, and are in the way of their successors until then.
    assert sorted(family.read().split()) == ["+b", "+c", "-b", "-c"]
    assert alive(pid_of("b"))


@pytest.mark.parametrize("reason", ["normal", "shutdown", "boom"])
def test_a_supervisor_ends_with_its_parent(reason: str) -> None:
    @inside
    def story() -> None:
        family = Family()

        def parent() -> None:
            Supervisor.start_link(family.specs("abc"), name="supervisor")
            receive()

        started = spawn(parent)
        settle()
        family.read()
        supervisor = pid_of("supervisor")
        ref = monitor(supervisor)
        if reason == "normal":
            send(started, "that is all")
        else:
            exit(started, reason)
        assert receive() == ("DOWN", ref, "process", supervisor, reason)
        assert family.read() == "-c -b -a"

    story()


@inside
def test_a_child_may_fall_while_its_supervisor_stops_it() -> None:
    trap_exit()
    family = Family()
    family.stop_seconds["c"] = 1.0
    supervisor = family.start("abc")
    spawn(lambda: GenServer.stop(supervisor))
    sleep(0.5)
    for id in "ab":
        GenServer.cast(id, Stop("boom"))
    assert receive(lambda message: message[1] == supervisor) == ("EXIT", supervisor, "normal")
    assert (family.read(), now(), flush()) == ("-a -b -c", 1, [])


@inside
def test_messages_that_mean_nothing_to_a_supervisor_leave_it_alone() -> None:
    supervisor = Family().start("a")
    send(supervisor, "hello")
    send(supervisor, ("EXIT", "who?", "why?"))
    GenServer.cast(supervisor, "hello")
    with pytest.raises(ValueError, match="no such request"):
        GenServer.call(supervisor, "hello")
    assert children(supervisor)["a"] == whereis("a")
