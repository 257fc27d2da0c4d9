"""The static host list."""

from __future__ import annotations

import pytest

from pybeam.cluster import Hosts, Topology


def test_a_malformed_name_is_refused_when_the_list_is_made() -> None:
    with pytest.raises(ValueError, match=r"'b': write it as 'name@host'"):
        Hosts(["a@host", "b"])


def test_changing_the_list_afterwards_changes_nothing() -> None:
    names = ["a@host"]
    hosts = Hosts(names)
    names.append("b@host")
    assert hosts.discover() == {"a@host"}


@pytest.mark.parametrize("interval", [0.0, -1.0, float("nan")])
def test_a_topology_refuses_an_interval_that_is_no_pause(interval: float) -> None:
    with pytest.raises(ValueError, match="more than 0 seconds"):
        Topology("test", Hosts([]), polling_interval=interval)
