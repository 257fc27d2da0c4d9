"""GenServer: starting one, and an `init` that fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pybeam.errors import (
    AlreadyStarted,
    Crash,
    ServerDied,
)
from pybeam.otp.directives import NoReply, Stop
from pybeam.otp.gen_server import GenServer
from pybeam.process import (
    alive,
    exit,
    flush,
    receive,
    registered,
    self,
    send,
    sleep,
    spawn,
    trap_exit,
    whereis,
)
from pybeam.runtime.signals import From
from pybeam.terms import Pid
from pybeam.testing.inside import inside, now
from tests.otp.scripted import Scripted, fails, later, seen


@inside
def test_start_returns_when_init_has_returned() -> None:
    assert seen(GenServer.start(Scripted, lambda it: sleep(3))) == []
    assert now() == 3


@inside
def test_init_gets_the_arguments() -> None:
    class Pair(GenServer):
        def init(self, one: int, two: int) -> None:
            self.pair = (one, two)

        def handle_call(self, request: Any, from_: From) -> Any:
            return self.pair

    assert GenServer.call(GenServer.start(Pair, 1, 2), "") == (1, 2)


@inside
def test_what_init_raises_start_raises() -> None:
    error = KeyError("no such table")
    with pytest.raises(KeyError) as caught:
        GenServer.start(Scripted, fails(error))
    assert caught.value is error


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt(), GeneratorExit()])
def test_what_would_end_the_program_does_not_when_init_raises_it(error: BaseException) -> None:
    @inside
    def story() -> None:
        with pytest.raises(ServerDied) as caught:
            GenServer.start(Scripted, fails(error))
        assert isinstance(caught.value.reason, Crash)
        assert caught.value.reason.exception is error

    story()


@inside
def test_an_init_that_stops_raises_server_died_with_its_reason() -> None:
    with pytest.raises(ServerDied) as caught:
        GenServer.start(Scripted, lambda it: Stop("no disk"))
    assert caught.value.reason == "no disk"


@pytest.mark.parametrize("result", [True, "ok", NoReply(), object()])
def test_an_init_that_returns_nonsense_is_told_so(result: object) -> None:
    @inside
    def story() -> None:
        with pytest.raises(TypeError, match="init of Scripted returned"):
            GenServer.start(Scripted, lambda it: result)

    story()


@pytest.mark.parametrize("start", [GenServer.start, GenServer.start_link])
def test_a_failed_init_leaves_no_process_no_name_and_no_message_behind(start: Callable[..., Pid]) -> None:
    @inside
    def story() -> None:
        trap_exit()
        with pytest.raises(ValueError):
            start(Scripted, fails(ValueError()), name="db")
        assert whereis("db") is None
        assert flush() == []

    story()


@inside
def test_a_failed_init_does_not_end_the_starter_that_traps_nothing() -> None:
    with pytest.raises(ValueError):
        GenServer.start_link(Scripted, fails(ValueError()))
    sleep(1)
    assert alive(self())


@inside
def test_a_failed_init_takes_along_what_init_had_linked() -> None:
    helpers: list[Pid] = []

    def start_helper_and_fail(it: Scripted) -> None:
        helpers.append(GenServer.start_link(Scripted))
        raise ValueError

    with pytest.raises(ValueError):
        GenServer.start(Scripted, start_helper_and_fail)
    assert not alive(helpers[0])


@inside
def test_a_call_that_came_during_a_failing_init_gets_server_died() -> None:
    def call_by_name(reply_to: Pid) -> None:
        with pytest.raises(ServerDied):
            GenServer.call("slow", "hello")
        send(reply_to, "told")

    def fail_late(it: Scripted) -> None:
        sleep(1)
        raise ValueError

    me = self()
    later(0.5, lambda: call_by_name(me))
    with pytest.raises(ValueError):
        GenServer.start(Scripted, fail_late, name="slow")
    assert receive(timeout=0) == "told"


@inside
def test_a_server_killed_in_its_init_fails_the_start() -> None:
    def kill_when_registered() -> None:
        sleep(1)
        pid = whereis("slow")
        assert pid is not None
        exit(pid, "kill")

    spawn(kill_when_registered)
    with pytest.raises(ServerDied) as caught:
        GenServer.start(Scripted, lambda it: sleep(5), name="slow")
    assert (caught.value.reason, now()) == ("killed", 1)


@inside
def test_a_starter_that_ends_during_init_takes_only_a_linked_server_along() -> None:
    def start_both() -> None:
        spawn(lambda: GenServer.start(Scripted, lambda it: sleep(5), name="free"))
        GenServer.start_link(Scripted, lambda it: sleep(5), name="bound")

    starter = spawn(start_both)
    sleep(1)
    exit(starter, "boom")
    sleep(10)
    assert (whereis("bound"), whereis("free") is not None) == (None, True)


@inside
def test_a_name_is_registered_before_init_and_given_up_at_the_end() -> None:
    found: list[Any] = []
    pid = GenServer.start(Scripted, lambda it: found.append(whereis("db")), name="db")
    assert found == [pid]
    GenServer.stop("db")
    assert registered() == []


@inside
def test_a_taken_name_raises_already_started_with_the_owners_pid() -> None:
    owner = GenServer.start(Scripted, name="db")
    with pytest.raises(AlreadyStarted) as caught:
        GenServer.start(Scripted, fails(AssertionError("init must not run")), name="db")
    assert caught.value.pid == owner
    assert GenServer.call("db", "still here") == "still here"


@pytest.mark.parametrize("name", ["", "x" * 256, 7])
def test_a_bad_name_is_refused_and_starts_nothing(name: Any) -> None:
    @inside
    def story() -> None:
        with pytest.raises(ValueError, match="registered name"):
            GenServer.start(Scripted, fails(AssertionError("init must not run")), name=name)
        assert registered() == []

    story()


@pytest.mark.parametrize("cls", [object, int, "Scripted", None])
def test_only_a_gen_server_class_can_be_started(cls: Any) -> None:
    @inside
    def story() -> None:
        with pytest.raises(TypeError, match="subclass of GenServer"):
            GenServer.start(cls)

    story()


@inside
def test_start_link_links_and_start_does_not() -> None:
    trap_exit()
    bound, free = GenServer.start_link(Scripted), GenServer.start(Scripted)
    for server in (bound, free):
        GenServer.stop(server, "done")
    assert flush() == [("EXIT", bound, "done")]
