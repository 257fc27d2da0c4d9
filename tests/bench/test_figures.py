"""What the samples say: ratios within a round, verdicts, repetitions, cliffs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.figures import PEERS, Goal, Verdict, best, cliffs, median, percentile, ratio, repeats, verdict

OURS = {("call", "ours"): {0: 2.0, 1: 4.0}}
POSITIVE = st.floats(min_value=1e-9, max_value=1e9)
SAMPLES = st.dictionaries(st.integers(0, 9), POSITIVE, min_size=1)


def test_a_ratio_pairs_what_was_measured_in_the_same_round() -> None:
    # The machine was three times slower in round 1, for both.
    assert ratio({0: 1.0, 1: 3.0, 2: 1.0}, {0: 2.0, 1: 6.0, 2: 2.0}) == 0.5


def test_without_a_common_round_there_is_no_ratio() -> None:
    assert ratio({0: 1.0}, {1: 2.0}) is None


def test_a_round_in_which_the_other_took_no_time_gives_no_ratio() -> None:
    assert ratio({0: 1.0, 1: 1.0}, {0: 0.0, 1: 4.0}) == 0.25


@given(SAMPLES)
def test_everybody_is_as_fast_as_himself(samples: dict[int, float]) -> None:
    assert ratio(samples, samples) == 1.0


@given(SAMPLES, st.floats(min_value=0.5, max_value=2))
def test_noise_that_strikes_a_whole_round_leaves_the_ratio(samples: dict[int, float], slower: float) -> None:
    doubled = {number: 2 * value for number, value in samples.items()}
    noisy = [{number: value * slower**number for number, value in side.items()} for side in (doubled, samples)]
    assert ratio(*noisy) == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("goal", "theirs", "reached"),
    [
        (Goal(1.5, at_most=True, beside="BEAM"), {0: 2.0, 1: 4.0}, True),
        (Goal(0.9, at_most=True, beside="BEAM"), {0: 2.0, 1: 4.0}, False),
        (Goal(1.0, at_most=True, beside="BEAM"), {0: 2.0, 1: 4.0}, True),
        (Goal(2.0, at_most=False, beside="BEAM"), {0: 1.0, 1: 2.0}, True),
        (Goal(2.1, at_most=False, beside="BEAM"), {0: 1.0, 1: 2.0}, False),
    ],
)
def test_a_goal_bounds_the_ratio(goal: Goal, theirs: dict[int, float], reached: bool) -> None:
    found = verdict(goal, "call", "ours", [], OURS | {("call", "BEAM"): theirs})
    assert found is not None
    assert found.reached is reached


def test_a_goal_with_nobody_beside_it_bounds_the_figure() -> None:
    assert verdict(Goal(3.0, at_most=True), "call", "ours", [], OURS) == Verdict("", None, None, True)
    assert verdict(Goal(2.9, at_most=True), "call", "ours", [], OURS) == Verdict("", None, None, False)


def test_a_goal_may_compare_with_another_work() -> None:
    results = OURS | {("echo", "limit"): {0: 4.0, 1: 8.0}}
    found = verdict(Goal(1, at_most=True, beside="limit", work="echo"), "call", "ours", [], results)
    assert found == Verdict("limit", 6.0, 0.5, True)


@pytest.mark.parametrize(("at_most", "expected"), [(True, "quick"), (False, "slow")])
def test_the_peer_to_beat_is_the_best_one(at_most: bool, expected: str) -> None:
    # A time is good when it is small, a rate when it is great.
    results = OURS | {("call", "quick"): {0: 4.0}, ("call", "slow"): {0: 8.0}}
    found = verdict(Goal(1, at_most, beside=PEERS), "call", "ours", ["slow", "quick", "absent"], results)
    assert found is not None
    assert found.beside == expected


@pytest.mark.parametrize("beside", ["BEAM", PEERS])
def test_without_the_other_there_is_no_verdict(beside: str) -> None:
    assert verdict(Goal(1, at_most=True, beside=beside), "call", "ours", ["xoscar"], OURS) is None


def test_without_a_figure_of_ones_own_there_is_no_verdict() -> None:
    assert verdict(Goal(1, at_most=True), "cast", "ours", [], OURS) is None


def test_nobody_is_best_of_nobody() -> None:
    assert best([], "call", OURS, least=True) is None


@given(POSITIVE, POSITIVE, st.integers(1, 10**6))
def test_repetitions_fill_the_time_and_no_more(each: float, budget: float, most: int) -> None:
    count = repeats(each, budget, most)
    assert 1 <= count <= most
    assert count == 1 or count * each <= budget * (1 + 1e-9)


def test_what_takes_no_time_is_repeated_as_often_as_allowed() -> None:
    assert repeats(0.0, 1.0, most=1000) == 1000


def test_a_least_number_of_repetitions_goes_before_the_time() -> None:
    assert repeats(1.0, 0.1, most=1000, least=64) == 64


@given(st.lists(POSITIVE, min_size=1), st.floats(0, 1))
def test_a_percentile_is_the_least_value_that_enough_others_do_not_exceed(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-6
    assert sum(value < found for value in values) <= share * len(values)


def test_the_hundredth_of_a_hundred_is_the_greatest() -> None:
    assert percentile(range(1, 101), 1.0) == 100
    assert percentile(range(1, 101), 0.99) == 99


@pytest.mark.parametrize(
    ("series", "found"),
    [
        ([], []),
        ([(1, 5.0)], []),
        ([(1, 5.0), (10, 5.1), (100, 4.9)], []),
        ([(1, 5.0), (10, 8.0), (100, 8.0)], [10, 100]),
        ([(1, 9.0), (10, 3.0), (100, 5.0)], [100]),
    ],
)
def test_a_cliff_is_a_cost_far_above_the_least_before(series: list[tuple[float, float]], found: list[float]) -> None:
    assert cliffs(series) == found


def test_the_median_of_an_even_number_lies_between() -> None:
    assert median({0: 1.0, 1: 2.0, 2: 4.0, 3: 9.0}) == 3.0
