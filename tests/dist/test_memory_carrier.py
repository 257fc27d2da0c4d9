"""The carrier in memory: the conformance suite, on virtual time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pybeam.clock import VirtualClock
from pybeam.dist.carriers.carrier import Carrier
from pybeam.dist.carriers.memory import MemoryNetwork
from pybeam.testing.carrier_suite import CarrierSuite, Harness


class MemoryHarness(Harness):
    def __init__(self) -> None:
        super().__init__()
        self.clock = VirtualClock()
        self.network = MemoryNetwork(self.clock, seed=1)

    def make(self, secret: bytes, address: str | None) -> Carrier:
        return self.network.carrier(secret, address)

    def vacant(self) -> str:
        return "memory://nobody"

    def crash(self, carrier: Carrier) -> None:
        self.network.crash(carrier.address)

    def turn(self) -> None:
        due = self.network.next_due()
        self.clock.advance_to(self.clock.now() + 0.001 if due is None else due)
        self.hear(0.0)


@pytest.fixture
def harness() -> Iterator[Harness]:
    harness = MemoryHarness()
    yield harness
    harness.close()


class TestMemoryCarrier(CarrierSuite):
    """Every test of the suite."""
