"""The cluster's size and names, and which node has a key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apothik import cluster
from apothik.settings import Settings
from pybeam import phash2


def test_the_cluster_is_the_storys_where_nothing_else_is_said() -> None:
    assert Settings.from_environment({}) == Settings()
    assert Settings().names == tuple(f"apothik_{i}@127.0.0.1" for i in range(1, 6))


@pytest.mark.parametrize("size", ["", "0", "-1", "five", "2.0", "1001", "٣"])
def test_a_size_that_makes_no_sense_is_refused(size: str) -> None:
    with pytest.raises(ValueError, match="nodes, not"):
        Settings.from_environment({"APOTHIK_NODES": size})


@given(st.integers(1, 1000))
def test_every_node_of_a_cluster_has_a_name_of_its_own(size: int) -> None:
    settings = Settings.from_environment({"APOTHIK_NODES": str(size)})
    assert len(set(settings.names)) == size
    assert settings.names[-1] == settings.name(size)


def test_a_node_beyond_the_fixed_cluster_has_a_name_and_no_keys() -> None:
    assert cluster.node_name(6) == "apothik_6@127.0.0.1"
    assert cluster.node_name(6) not in cluster.node_list()


def test_a_key_is_on_the_node_whose_place_phash2_says() -> None:
    assert [cluster.node_of(i) for i in range(20)] == [cluster.node_name(phash2(i, 5) + 1) for i in range(20)]


def test_changing_the_list_that_was_given_out_changes_nothing() -> None:
    cluster.node_list().clear()
    assert len(cluster.node_list()) == 5
