"""What every example in a docstring or a page starts with: a node of its own, without a name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pybeam import stop_node


@pytest.fixture(autouse=True)
def _node_of_its_own(request: pytest.FixtureRequest) -> Iterator[None]:
    """Stop the node that an example leaves behind: its servers' names, its messages, its groups."""
    yield
    if isinstance(request.node, pytest.DoctestItem):
        stop_node()
