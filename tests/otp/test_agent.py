"""Agent: functions that run where the value is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pybeam.errors import AlreadyStarted, CallTimeout, NoProcess, ServerDied
from pybeam.otp.agent import Agent
from pybeam.otp.directives import Stop
from pybeam.otp.supervisor import Supervisor
from pybeam.process import alive, flush, self, send, sleep, trap_exit
from pybeam.testing.inside import inside, settle
from pybeam.testing.world import World


def boom(*_: object) -> Any:
    raise ValueError("boom")


@inside
def test_an_agent_keeps_what_update_makes_of_it() -> None:
    agent = Agent.start(lambda: 1)
    Agent.update(agent, lambda n: n + 1)
    assert Agent.get(agent, lambda n: n * 10) == 20


@inside
def test_arguments_are_passed_on() -> None:
    agent = Agent.start(dict, [("a", 1)])
    assert Agent.get(agent, dict.get, "a") == 1
    assert Agent.get_and_update(agent, lambda kept, key: (kept[key], {key: 2}), "a") == 1
    Agent.update(agent, lambda kept, more: kept | more, {"b": 3})
    Agent.cast(agent, lambda kept, more: kept | more, {"c": 4})
    assert Agent.get(agent, lambda kept: kept) == {"a": 2, "b": 3, "c": 4}


@inside
def test_the_functions_run_in_the_agents_process() -> None:
    agent = Agent.start(self)
    assert Agent.get(agent, lambda pid: (pid, self())) == (agent, agent)


@inside
def test_a_value_that_looks_like_a_directive_is_a_value() -> None:
    agent = Agent.start(lambda: Stop("a value"))
    assert Agent.get(agent, lambda value: value) == Stop("a value")


ACTS: list[Callable[..., object]] = [Agent.get, Agent.update, Agent.get_and_update]


@pytest.mark.parametrize("act", ACTS)
def test_a_function_that_raises_ends_the_agent(act: Callable[..., object]) -> None:
    @inside
    def check() -> None:
        agent = Agent.start(list)
        with pytest.raises(ServerDied) as caught:
            act(agent, boom)
        assert isinstance(caught.value.reason.exception, ValueError)  # type: ignore[attr-defined]  # a Crash
        assert not alive(agent)
        with pytest.raises(NoProcess):
            act(agent, len)

    check()


@inside
def test_a_cast_that_raises_ends_it_unheard() -> None:
    agent = Agent.start(list)
    Agent.cast(agent, boom)
    settle()
    assert not alive(agent)
    Agent.cast(agent, boom)
    assert flush() == []


@pytest.mark.parametrize("answer", [1, (1,), (1, 2, 3), [1, 2]])
def test_get_and_update_wants_a_pair(answer: object) -> None:
    @inside
    def check() -> None:
        agent = Agent.start(list)
        with pytest.raises(ServerDied, match="a function that returns"):
            Agent.get_and_update(agent, lambda value: answer)  # type: ignore[arg-type, return-value]

    check()


@inside
def test_a_first_value_that_cannot_be_made_is_the_starters_to_know() -> None:
    trap_exit()
    for start in (Agent.start, Agent.start_link):
        with pytest.raises(ValueError, match="boom"):
            start(boom)
    assert flush() == []


@inside
def test_a_linked_agent_takes_its_starter_along() -> None:
    trap_exit()
    agent = Agent.start_link(list)
    with pytest.raises(ServerDied):
        Agent.get(agent, boom)
    settle()
    assert [message[:2] for message in flush()] == [("EXIT", agent)]


@inside
def test_a_name_belongs_to_one_agent() -> None:
    agent = Agent.start(list, name="stock")
    with pytest.raises(AlreadyStarted) as caught:
        Agent.start(list, name="stock")
    assert caught.value.pid == agent
    assert Agent.get("stock", len) == 0
    Agent.stop("stock")
    assert Agent.get(Agent.start(list, name="stock"), len) == 0


@inside
def test_a_slow_function_is_not_waited_for_longer_than_said() -> None:
    agent = Agent.start(list)
    with pytest.raises(CallTimeout):
        Agent.get(agent, lambda value: sleep(10), timeout=1)
    sleep(20)
    assert flush() == []
    assert Agent.get(agent, len) == 0


@inside
def test_messages_are_none_of_its_business() -> None:
    agent = Agent.start(list)
    send(agent, "hello")
    assert Agent.get(agent, len) == 0


@inside
def test_a_supervisor_starts_agents_and_starts_them_again() -> None:
    trap_exit()
    Supervisor.start_link([(Agent, dict, [("a", 1)]), Agent.child_spec(list, name="stock")])
    Agent.update("stock", lambda stock: [*stock, "tea"])
    with pytest.raises(ServerDied):
        Agent.get("stock", boom)
    settle()
    assert Agent.get("stock", len) == 0


@pytest.mark.parametrize(
    "act",
    [
        Agent.start,
        Agent.start_link,
        Agent.child_spec,
        *(lambda f, act=act: act("nobody", f) for act in [*ACTS, Agent.cast]),
    ],
)
def test_what_cannot_be_called_is_refused(act: Callable[[Any], object]) -> None:
    with pytest.raises(TypeError, match="an agent is given functions, not 42"):
        act(42)


def test_an_agent_of_another_node_is_given_lambdas() -> None:
    a, b = World().nodes("a@host", "b@host")
    b.run(lambda: Agent.start(lambda: {"n": 1}, name="stock"))
    there = ("stock", "b@host")
    step = 41
    assert a.run(lambda: Agent.get_and_update(there, lambda kept: (kept["n"], {"n": kept["n"] + step}))) == 1
    assert a.run(lambda: Agent.get(there, lambda kept: kept)) == {"n": 42}
    with pytest.raises(ServerDied):
        a.run(lambda: Agent.get(there, boom))
    with pytest.raises(NoProcess):
        a.run(lambda: Agent.update(there, boom))
