"""What every router keeps to. A new one is added to `ROUTERS`; then modulo's own figures."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apothik.routers.modulo import Modulo
from apothik.routers.router import Router
from apothik.settings import Settings
from pybeam import phash2
from tests.apothik.terms import ALIKE, erlang, keys

ROOT = Path(__file__).parents[2]
NAMES = Settings().names
ROUTERS: list[Callable[[Sequence[str]], Router]] = [Modulo]
some_members = st.lists(st.sampled_from([f"n{i}@h" for i in range(20)]), min_size=1, unique=True)

every_router = pytest.mark.parametrize("make", ROUTERS)


@every_router
@given(members=some_members, key=keys)
def test_a_key_belongs_to_one_of_the_members(
    make: Callable[[Sequence[str]], Router], members: list[str], key: Any
) -> None:
    router = make(members)
    assert router.node_of(key) in members
    assert router.members == tuple(members)


@every_router
@given(members=some_members, key=keys)
def test_nodes_with_the_same_members_agree(
    make: Callable[[Sequence[str]], Router], members: list[str], key: Any
) -> None:
    assert make(members).node_of(key) == make(list(members)).node_of(key)


@every_router
def test_another_process_with_another_hash_seed_agrees(make: Callable[[Sequence[str]], Router]) -> None:
    module, name = make.__module__, make.__qualname__
    code = f"from {module} import {name} as R; print([R({NAMES!r}).node_of(f'k_{{i}}') for i in range(50)])"
    other = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONHASHSEED": "7"}, capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert other.stdout.strip() == str([make(NAMES).node_of(f"k_{i}") for i in range(50)])


@every_router
def test_keys_that_are_one_have_one_node(make: Callable[[Sequence[str]], Router]) -> None:
    node_of = make(NAMES).node_of
    for one in ALIKE:
        for other in ALIKE:
            if erlang(one) == erlang(other):
                assert node_of(one) == node_of(other), (one, other)


@every_router
@pytest.mark.parametrize("key", [set(), object(), float("nan"), "\ud800"], ids=repr)
def test_what_has_no_erlang_counterpart_is_a_type_error(make: Callable[[Sequence[str]], Router], key: Any) -> None:
    with pytest.raises(TypeError):
        make(NAMES).node_of(key)


@every_router
@pytest.mark.parametrize("members", [[], ["a@h", "a@h"]])
def test_no_members_or_one_named_twice_is_refused(make: Callable[[Sequence[str]], Router], members: list[str]) -> None:
    with pytest.raises(ValueError, match="at least one node, and each once"):
        make(members)


@every_router
def test_the_keys_are_spread_evenly(make: Callable[[Sequence[str]], Router]) -> None:
    counts = Counter(map(make(NAMES).node_of, range(10_000)))
    assert all(1800 < counts[name] < 2200 for name in NAMES)


@pytest.mark.parametrize(
    ("i", "row"), [(1, [1026, 996, 1012, 1021, 945]), (2, [1023, 987, 1050, 993, 947])], ids=["fill(1)", "fill(2)"]
)
def test_modulo_spreads_the_storys_keys_as_the_story_says(i: int, row: list[int]) -> None:
    router = Modulo(NAMES)
    counts = Counter(router.node_of(f"k_{i}_{j}") for j in range(1, 5001))
    assert [counts[name] for name in NAMES] == row


@given(some_members, keys)
def test_modulo_takes_the_place_that_phash2_says(members: list[str], key: Any) -> None:
    assert Modulo(members).node_of(key) == members[phash2(key, len(members))]
