"""What is a key, and when two keys are one: Erlang decides."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apothik.keys import check, identity
from pybeam import phash2
from tests.apothik.terms import ALIKE, DEEP, NO_KEYS, Sulking, Touchy, class_name, erlang, keys


class Liar(str):
    """A string that says it equals everything."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0


def local_key() -> Any:
    class Local(str):
        pass

    return Local("a")


def test_two_keys_that_a_dict_mixes_up_have_one_identity_exactly_where_erlang_says_so() -> None:
    for one, other in product(ALIKE, ALIKE):
        assert (identity(one) == identity(other)) == (erlang(one) == erlang(other)), (one, other)


@given(keys, keys)
def test_identities_are_equal_exactly_when_the_erlang_terms_are(one: Any, other: Any) -> None:
    assert (identity(one) == identity(other)) == (erlang(one) == erlang(other))


@given(keys)
def test_an_identity_can_be_looked_up_and_stays_the_same(key: Any) -> None:
    assert {identity(key): "found"}[identity(key)] == "found"


@pytest.mark.parametrize("key", [1, "a", "k_1_5000", -(2**80)])
def test_the_common_keys_are_their_own_identity_and_cost_no_memory(key: Any) -> None:
    assert identity(key) is key


def test_keys_that_are_one_meet_on_one_node() -> None:
    for one, other in product(ALIKE, ALIKE):
        if identity(one) == identity(other):
            assert phash2(one, 5) == phash2(other, 5), (one, other)


@pytest.mark.parametrize("key", NO_KEYS, ids=class_name)
def test_what_is_no_key_is_a_type_error(key: Any) -> None:
    with pytest.raises(TypeError):
        identity(key)


def test_a_key_nested_too_deeply_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="nested too deeply"):
        identity(DEEP)


@given(keys)
def test_every_key_passes_the_check_and_has_a_number(key: Any) -> None:
    check(key)
    assert 0 <= phash2(key, 5) < 5


@given(st.text() | st.binary() | st.integers() | st.floats() | st.tuples(st.floats(), st.text()))
def test_identity_refuses_exactly_the_hashable_values_that_phash2_refuses(key: Any) -> None:
    assert _refuses(identity, key) == _refuses(phash2, key)


def _refuses(what: Any, key: Any) -> bool:
    try:
        what(key)
    except TypeError:
        return True
    return False


@pytest.mark.parametrize("key", [[1], {}, ([],), Sulking("a"), (Sulking("a"),), Touchy("a"), DEEP], ids=class_name)
def test_the_check_refuses_what_cannot_travel_or_be_hashed(key: Any) -> None:
    with pytest.raises(TypeError, match="no key"):
        check(key)


def test_the_check_passes_a_key_of_a_class_made_in_a_function() -> None:
    check(local_key())


def test_what_a_keys_class_says_of_equality_is_not_asked() -> None:
    assert identity(Liar("a")) == identity("a")
    assert identity("b") != identity(Liar("a"))
    assert type(identity(Liar("a"))) is str
