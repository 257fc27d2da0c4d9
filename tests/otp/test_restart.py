"""The supervisor's decisions: tables from OTP's documentation, and what must hold for all input."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybeam.errors import Crash
from pybeam.otp.child import Restart
from pybeam.otp.restart import (
    AutoShutdown,
    Intensity,
    Plan,
    Strategy,
    ends_its_supervisor,
    is_orderly,
    plan,
    wants_restart,
)

ORDER = ("a", "b", "c", "d")


@pytest.mark.parametrize(
    ("strategy", "fallen", "stop", "start"),
    [
        ("one_for_one", "a", "", "a"),
        ("one_for_one", "b", "", "b"),
        ("one_for_one", "d", "", "d"),
        ("one_for_all", "a", "dcb", "abcd"),
        ("one_for_all", "b", "dca", "abcd"),
        ("one_for_all", "d", "cba", "abcd"),
        ("rest_for_one", "a", "dcb", "abcd"),
        ("rest_for_one", "b", "dc", "bcd"),
        ("rest_for_one", "d", "", "d"),
    ],
)
def test_each_strategy_stops_and_starts_whom_otp_does(strategy: Strategy, fallen: str, stop: str, start: str) -> None:
    assert plan(strategy, ORDER, fallen) == Plan(tuple(stop), tuple(start))


@pytest.mark.parametrize("strategy", ["one_for_one", "one_for_all", "rest_for_one"])
def test_an_only_child_is_just_started_again(strategy: Strategy) -> None:
    assert plan(strategy, ["only"], "only") == Plan((), ("only",))


orders = st.lists(st.integers(), min_size=1, max_size=8, unique=True)
strategies: st.SearchStrategy[Strategy] = st.sampled_from(["one_for_one", "one_for_all", "rest_for_one"])


@given(orders, strategies, st.data())
def test_a_plan_starts_the_fallen_and_whom_it_stops_and_no_other(
    order: list[int], strategy: Strategy, data: st.DataObject
) -> None:
    fallen = data.draw(st.sampled_from(order))
    made = plan(strategy, order, fallen)
    assert set(made.start) == {fallen, *made.stop}
    assert fallen not in made.stop
    assert list(made.start) == [child for child in order if child in made.start]
    assert list(made.stop) == [child for child in reversed(order) if child in made.stop]


@given(orders, st.data())
def test_each_strategy_reaches_at_least_as_far_as_the_one_before(order: list[int], data: st.DataObject) -> None:
    fallen = data.draw(st.sampled_from(order))
    one, rest, every = (set(plan(s, order, fallen).start) for s in ("one_for_one", "rest_for_one", "one_for_all"))
    assert {fallen} == one <= rest <= every == set(order)
    assert rest == set(order[order.index(fallen) :])


CRASH = Crash.of(ValueError("x"))


class Prickly:
    """A reason that cannot be compared, as a numpy array or a broken object."""

    def __eq__(self, other: object) -> bool:
        raise ArithmeticError

    __hash__ = None  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("reason", "orderly"),
    [
        ("normal", True),
        ("shutdown", True),
        (("shutdown", "moved"), True),
        (("shutdown", None), True),
        (("normal", 1), False),
        (("shutdown",), False),
        (("shutdown", 1, 2), False),
        (("other", 1), False),
        ("killed", False),
        ("kill", False),
        ("noproc", False),
        (CRASH, False),
        (None, False),
        (0, False),
        ((), False),
        (Prickly(), False),
        ((Prickly(), 1), False),
    ],
)
def test_normal_and_shutdown_are_orderly_and_nothing_else_is(reason: object, orderly: bool) -> None:
    assert is_orderly(reason) is orderly
    assert wants_restart("transient", reason) is not orderly
    assert wants_restart("permanent", reason)
    assert not wants_restart("temporary", reason)


@pytest.mark.parametrize(
    ("auto_shutdown", "significant", "others", "ends"),
    [
        ("never", False, 0, False),
        ("any_significant", False, 0, False),
        ("any_significant", True, 0, True),
        ("any_significant", True, 2, True),
        ("all_significant", False, 0, False),
        ("all_significant", True, 0, True),
        ("all_significant", True, 1, False),
    ],
)
def test_a_significant_end_ends_the_supervisor_as_in_otp(
    auto_shutdown: AutoShutdown, significant: bool, others: int, ends: bool
) -> None:
    assert ends_its_supervisor(auto_shutdown, significant, others) is ends


def times(intensity: Intensity, moments: list[float]) -> list[bool]:
    """Whether each of these restarts is one too many."""
    verdicts = []
    for moment in moments:
        intensity = intensity.with_restart(moment)
        verdicts.append(intensity.exceeded)
    return verdicts


@pytest.mark.parametrize(
    ("max_restarts", "max_seconds", "moments", "exceeded"),
    [
        (0, 5.0, [0.0], [True]),
        (1, 5.0, [0.0, 4.0], [False, True]),
        (1, 5.0, [0.0, 5.0], [False, True]),
        (1, 5.0, [0.0, 5.1], [False, False]),
        (3, 5.0, [0.0, 0.0, 0.0, 0.0], [False, False, False, True]),
        (3, 5.0, [0.0, 2.0, 4.0, 6.0, 7.0], [False, False, False, False, True]),
        (3, 5.0, [0.0, 2.0, 4.0, 6.0, 9.5], [False, False, False, False, False]),
    ],
)
def test_more_than_max_restarts_within_max_seconds_is_too_much(
    max_restarts: int, max_seconds: float, moments: list[float], exceeded: list[bool]
) -> None:
    assert times(Intensity(max_restarts, max_seconds), moments) == exceeded


@given(
    st.integers(0, 5),
    st.floats(0.1, 50),
    st.lists(st.floats(0, 10), max_size=30),
)
def test_the_window_agrees_with_counting_all_restarts_there_ever_were(
    max_restarts: int, max_seconds: float, gaps: list[float]
) -> None:
    moments = [sum(gaps[: i + 1]) for i in range(len(gaps))]
    counted = [sum(now <= then + max_seconds for then in moments[: i + 1]) for i, now in enumerate(moments)]
    assert times(Intensity(max_restarts, max_seconds), moments) == [count > max_restarts for count in counted]


@given(st.integers(0, 5), st.lists(st.floats(0, 100), max_size=30))
def test_the_window_forgets_what_it_no_longer_needs(max_restarts: int, gaps: list[float]) -> None:
    window, now = Intensity(max_restarts, 1.0), 0.0
    for gap in gaps:
        now += gap
        window = window.with_restart(now)
    assert all(now <= moment + 1.0 for moment in window.restarts)


@pytest.mark.parametrize("restart", ["permanent", "transient", "temporary"])
def test_a_killed_child_is_restarted_unless_it_is_temporary(restart: Restart) -> None:
    assert wants_restart(restart, "killed") is (restart != "temporary")
