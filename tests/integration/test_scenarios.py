"""The scenarios between nodes (tests/scenarios), on real nodes.

Three OS processes serve all of them: a scenario has fresh nodes in these, and a fresh OS process only where the one
before it ended one.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future

import pytest

from pybeam import stop_node
from tests.integration.nodes import PATIENCE, House, Site, site_in
from tests.scenarios.catalogue import Scenario, scenarios
from tests.scenarios.live import carried_out, next_order, perform
from tests.scenarios.stage import HERE, OTHERS

pytestmark = pytest.mark.integration

BETWEEN = [scenario for scenario in scenarios() if scenario.is_between_nodes]
NAMES = [name.partition("@")[0] for name in (HERE, *OTHERS[:2])]


class Theatre:
    """The OS processes, by the names of the nodes that live in them."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._houses = {name: site.house() for name in NAMES}

    def house(self, name: str) -> House:
        """The one of a node; a new one where the old one has ended."""
        if not self._houses[name].is_up():
            self._site.houses.remove(self._houses[name])
            self._houses[name].tear_down()
            self._houses[name] = self._site.house()
        return self._houses[name]

    def raise_curtain(self) -> None:
        """Start all nodes."""
        for started in [self.house(name).starts(name) for name in NAMES]:
            started.result(PATIENCE)

    def play(self, scenario: Scenario) -> list[str]:
        """The trace of a scenario, performed on the first node."""
        here = self._houses[NAMES[0]]
        trace = here.begins(perform, scenario.area, scenario.name)
        while not trace.done():
            self._serve(here, trace)
        return trace.result()

    def _serve(self, here: House, trace: Future[list[str]]) -> None:
        name = here.does(next_order)
        if name is not None:
            short = name.partition("@")[0]
            self.house(short).starts(short).result(PATIENCE)
            here.does(carried_out, name)

    def drop_curtain(self) -> None:
        """Stop all nodes that run."""
        for house in self._houses.values():
            if house.is_up():
                house.does(stop_node)

    def clear(self) -> None:
        """End the OS processes, so that what went wrong in one scenario spoils no other."""
        for house in self._houses.values():
            house.kill()


@pytest.fixture(scope="module")
def theatre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theatre]:
    with site_in(tmp_path_factory.mktemp("theatre")) as site:
        yield Theatre(site)


@pytest.mark.parametrize("scenario", BETWEEN, ids=lambda scenario: scenario.id)
def test_scenario_on_real_nodes(scenario: Scenario, theatre: Theatre, request: pytest.FixtureRequest) -> None:
    if scenario.bug is not None:
        request.applymarker(pytest.mark.xfail(reason=scenario.bug, strict=True))
    try:
        theatre.raise_curtain()
        assert theatre.play(scenario) == scenario.expected
        theatre.drop_curtain()
    except BaseException:
        theatre.clear()
        raise
