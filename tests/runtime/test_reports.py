"""The crash report: who ended, its last message, state and ties; bounded, and once for each crash."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from pybeam.errors import ServerDied
from pybeam.otp.child import ChildSpec
from pybeam.otp.directives import Continue
from pybeam.otp.gen_server import GenServer
from pybeam.otp.supervisor import Supervisor
from pybeam.process import exit, link, monitor, receive, self, send, spawn, trap_exit
from pybeam.runtime.signals import From
from pybeam.testing.inside import inside, settle
from pybeam.testing.world import World


class Till(GenServer):
    """Adds amounts up; anything that is no number is its end."""

    def init(self, label: object = "sweets") -> None:
        self.label = label
        self.total = 0

    def handle_call(self, request: Any, from_: From) -> Any:
        self.total += request
        return self.total

    def handle_cast(self, message: Any) -> Any:
        self.total += message

    def handle_info(self, message: Any) -> Any:
        self.total += message

    def handle_continue(self, arg: Any) -> Any:
        raise ValueError(arg)


@pytest.fixture
def reports(caplog: pytest.LogCaptureFixture) -> Any:
    """A function that gives the crash reports so far."""
    caplog.set_level(logging.INFO)
    return lambda: [record.getMessage() for record in caplog.records if "ended by an exc" in record.getMessage()]


def test_a_report_names_the_process_its_message_state_and_ties(reports: Any) -> None:
    @inside
    def story() -> None:
        till = GenServer.start(Till, name="till")
        trap_exit()
        link(till)
        monitor(till)
        with pytest.raises(ServerDied):
            GenServer.call(till, "ten")
        [report] = reports()
        me = repr(self())
        assert report.startswith(f"<process {till!r} till> ended by an exception\n")
        assert f"\n  last message: call 'ten' from {me}\n" in report
        assert "\n  state of Till: {'label': 'sweets', 'total': 0}\n" in report
        assert f"\n  linked to: [{me}]\n" in report
        assert f"\n  monitored by: [{me}]\n" in report
        assert report.endswith("TypeError: unsupported operand type(s) for +=: 'int' and 'str'")

    story()


@pytest.mark.parametrize(
    ("crash", "line"),
    [
        (lambda till: GenServer.cast(till, "ten"), "last message: cast 'ten'"),
        (lambda till: send(till, "ten"), "last message: 'ten'"),
    ],
)
def test_it_says_what_kind_of_message_was_the_last(crash: Any, line: str, reports: Any) -> None:
    @inside
    def story() -> None:
        crash(GenServer.start(Till))
        settle()
        assert line in reports()[0]

    story()


def test_a_plain_process_has_a_report_without_state(reports: Any) -> None:
    @inside
    def story() -> None:
        spawn(lambda: 1 // 0)
        settle()
        [report] = reports()
        assert "state of" not in report and "last message" not in report
        assert "ZeroDivisionError" in report

    story()


def test_huge_messages_states_and_errors_make_a_short_report(reports: Any) -> None:
    @inside
    def story() -> None:
        till = GenServer.start(Till, "x" * 10**7)
        GenServer.cast(till, Continue(0))  # no number, and so its end
        GenServer.cast(GenServer.start(Till), b"x" * 10**7)
        GenServer.cast(GenServer.start(Explodes), None)
        settle()
        assert len(reports()) == 3
        assert all(len(report) < 12_000 for report in reports())

    class Explodes(GenServer):
        def handle_cast(self, message: Any) -> None:
            raise ValueError("x" * 10**7)

    story()


class Unspeakable:
    def __repr__(self) -> str:
        raise SystemExit


def test_a_state_that_cannot_be_shown_spoils_no_report(reports: Any) -> None:
    @inside
    def story() -> None:
        GenServer.cast(GenServer.start(Till, Unspeakable()), "ten")
        settle()
        assert "<Unspeakable, whose repr raises SystemExit>" in reports()[0]

    story()


def test_who_ends_with_another_by_a_link_has_no_report_of_its_own(reports: Any) -> None:
    @inside
    def story() -> None:
        till = GenServer.start(Till, name="till")
        spawn(lambda: (link(till), receive()))  # type: ignore[func-returns-value]  # for both, in order
        settle()
        GenServer.cast(till, "ten")
        settle()
        assert len(reports()) == 1

    story()


def test_an_end_that_is_no_crash_is_not_reported(reports: Any) -> None:
    @inside
    def story() -> None:
        GenServer.stop(GenServer.start(Till))
        exit(GenServer.start(Till), "kill")
        settle()
        assert reports() == []

    story()


def test_under_a_supervisor_a_crash_is_reported_once_and_its_consequence_in_a_line(
    reports: Any, caplog: pytest.LogCaptureFixture
) -> None:
    @inside
    def story() -> None:
        Supervisor.start_link([Till.child_spec(name="till")])
        GenServer.cast("till", "ten")
        settle()
        assert len(reports()) == 1
        told = [record.getMessage() for record in caplog.records if record.name == "pybeam.supervisor"]
        assert [line.partition("child ")[2] for line in told] == [
            "'till' ended: TypeError: unsupported operand type(s) for +=: 'int' and 'str'; restarting it"
        ]

    story()


def test_a_message_from_another_node_and_a_link_to_it_are_named(reports: Any) -> None:
    world = World()
    a, b = world.nodes("a@host", "b@host")
    till = b.run(lambda: GenServer.start(Till))

    def crash() -> None:
        trap_exit()
        link(till)
        with pytest.raises(ServerDied):
            GenServer.call(till, "ten")

    a.run(crash)
    [report] = reports()
    assert "last message: call 'ten' from <a@host." in report
    assert "linked to: [<a@host." in report


def test_the_line_about_a_childs_end_is_short_and_says_that_it_stays_ended(caplog: pytest.LogCaptureFixture) -> None:
    @inside
    def story() -> None:
        child = ChildSpec("till", lambda: GenServer.start_link(Till, name="till"), restart="temporary")
        Supervisor.start_link([child])
        GenServer.stop("till", "many\nlines " * 10**5)
        settle()
        [line] = [record.getMessage() for record in caplog.records if record.name == "pybeam.supervisor"]
        assert line.endswith("; temporary: it stays ended")
        assert "\n" not in line and len(line) < 500

    story()
