"""What a node takes for too much, and how often it says so."""

from __future__ import annotations

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pybeam import NodeStartError
from pybeam.runtime.limits import Lengths, Limits

LIMIT = 100


@pytest.mark.parametrize(
    ("environment", "limits"),
    [
        ({}, Limits(0.5, 100_000)),
        ({"PYBEAM_LONG_SCHEDULE": "2"}, Limits(2.0, 100_000)),
        ({"PYBEAM_LONG_SCHEDULE": "0"}, Limits(inf, 100_000)),
        ({"PYBEAM_LONG_MAILBOX": "1e3"}, Limits(0.5, 1000)),
        ({"PYBEAM_LONG_MAILBOX": "0", "PYBEAM_LONG_SCHEDULE": "0.0"}, Limits(inf, inf)),
    ],
)
def test_the_environment_sets_the_limits(environment: dict[str, str], limits: Limits) -> None:
    assert Limits.of(environment) == limits


@pytest.mark.parametrize("name", ["PYBEAM_LONG_SCHEDULE", "PYBEAM_LONG_MAILBOX"])
@pytest.mark.parametrize("text", ["", "soon", "-1", "nan", "inf", "-inf", "1 s", "0x10"])
def test_a_limit_that_is_no_number_is_an_error_that_names_it(name: str, text: str) -> None:
    with pytest.raises(NodeStartError, match=f"{name} is a number of"):
        Limits.of({name: text})


def tell(lengths: Lengths, *samples: int) -> list[bool]:
    return [lengths.news([(1, sample)]) == [1] for sample in samples]


@pytest.mark.parametrize(
    ("samples", "told"),
    [
        ([99, 100, 101, 150, 199], [False, True, False, False, False]),
        ([100, 200, 400, 800], [True] * 4),
        ([100, 5000, 6399, 6400], [True, True, False, True]),
        ([100, 60, 120, 60, 120], [True, False, False, False, False]),
        ([100, 49, 100], [True, False, True]),
        ([250, 199, 300, 400], [True, False, False, True]),
    ],
)
def test_a_mailbox_is_told_of_at_the_limit_and_at_each_doubling(samples: list[int], told: list[bool]) -> None:
    assert tell(Lengths(LIMIT), *samples) == told


def test_without_a_limit_nothing_is_told() -> None:
    assert tell(Lengths(inf), 1, 10**9) == [False, False]


def test_processes_are_told_of_apart_and_forgotten_when_they_end() -> None:
    lengths = Lengths(LIMIT)
    assert lengths.news([(1, 100), (2, 99), (3, 500)]) == [1, 3]
    assert lengths.news([(2, 100)]) == [2]
    assert lengths.news([(1, 100), (2, 100)]) == [1]


@given(st.lists(st.integers(0, 20 * LIMIT), max_size=60))
def test_a_mailbox_that_grows_is_told_of_at_most_once_for_each_doubling(samples: list[int]) -> None:
    growing = sorted(samples)
    told = [length for length, is_told in zip(growing, tell(Lengths(LIMIT), *growing), strict=True) if is_told]
    assert all(length >= LIMIT for length in told)
    assert [length.bit_length() for length in told] == sorted(length.bit_length() for length in told)
    assert len({(length // LIMIT).bit_length() for length in told}) == len(told)
    assert bool(told) == any(length >= LIMIT for length in growing)


@given(st.lists(st.integers(0, 10 * LIMIT), min_size=1, max_size=60))
def test_whoever_is_over_the_limit_has_been_told_of_since_it_was_last_at_half(samples: list[int]) -> None:
    lengths, told = Lengths(LIMIT), False
    for sample in samples:
        told = (told and sample >= LIMIT / 2) or bool(lengths.news([(1, sample)]))
        if sample < LIMIT / 2:
            assert lengths.news([(1, sample)]) == []
        assert told or sample < LIMIT
