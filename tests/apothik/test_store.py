"""The store is a dict whose keys are Erlang's."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apothik.store import BadRequest, Store, step
from pybeam import Atom
from tests.apothik.terms import ALIKE, erlang, keys

some_keys = st.sampled_from(ALIKE) | keys
requests = (
    st.tuples(st.just("put"), some_keys, st.integers())
    | st.tuples(st.just("get"), some_keys)
    | st.tuples(st.just("delete"), some_keys)
    | st.just("stats")
)


def model_step(model: dict[str, Any], request: Any) -> object:
    """What a dict of Erlang terms would answer."""
    match request:
        case ("put", key, value):
            model[erlang(key)] = value
            return "ok"
        case ("get", key):
            return model.get(erlang(key))
        case ("delete", key):
            model.pop(erlang(key), None)
            return "ok"
    return len(model)


@given(st.lists(requests, max_size=40))
def test_it_answers_as_a_dict_of_erlang_terms_does(asked: list[Any]) -> None:
    store: Store = {}
    model: dict[str, Any] = {}
    for request in asked:
        store, reply = step(store, request)
        assert reply == model_step(model, request)
        assert len(store) == len(model)


def test_one_and_one_point_nought_and_true_are_three_entries() -> None:
    store: Store = {}
    for value, key in enumerate((1, 1.0, True)):
        store, _ = step(store, ("put", key, value))
    assert [step(store, ("get", key))[1] for key in (1, 1.0, True)] == [0, 1, 2]
    assert step(store, "stats")[1] == 3


def test_none_can_be_stored_and_counts() -> None:
    store, _ = step({}, ("put", "a", None))
    assert step(store, ("get", "a"))[1] is None
    assert step(store, "stats")[1] == 1


def test_deleting_an_absent_key_is_ok() -> None:
    assert step({}, ("delete", "a")) == ({}, "ok")


def test_a_value_can_be_anything() -> None:
    value = [lambda: 1]
    store, _ = step({}, ("put", "a", value))
    assert step(store, ("get", "a"))[1] is value


def test_a_request_named_by_an_atom_is_understood() -> None:
    assert step({}, (Atom("put"), "a", 1))[1] == "ok"
    assert step({}, Atom("stats"))[1] == 0


@pytest.mark.parametrize("verb", ["get", "put", "delete"])
@pytest.mark.parametrize("key", [[1], {}, frozenset(), float("nan"), "\ud800"], ids=repr)
def test_what_is_no_key_is_a_type_error_and_changes_nothing(verb: str, key: Any) -> None:
    store: Store = {"a": 1}
    with pytest.raises(TypeError):
        step(store, (verb, key, 2)[: 3 if verb == "put" else 2])
    assert store == {"a": 1}


@pytest.mark.parametrize(
    "request_", ["put", "size", None, 7, (), ("get",), ("get", 1, 2), ("put", 1), ("delete",), ("incr", 1), {"get": 1}]
)
def test_an_unknown_request_is_refused_and_changes_nothing(request_: Any) -> None:
    store: Store = {"a": 1}
    with pytest.raises(BadRequest, match="knows no request"):
        step(store, request_)
    assert store == {"a": 1}


def test_a_huge_unknown_request_makes_a_short_error() -> None:
    with pytest.raises(BadRequest) as refused:
        step({}, ("store", "x" * 1_000_000))
    assert len(str(refused.value)) < 300
