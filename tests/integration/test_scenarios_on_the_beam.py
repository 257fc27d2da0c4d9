"""Some scenarios on a real BEAM, where there is one: it prints what was recorded, and leaves nothing behind.

`python -m tests.scenarios` runs all of them, which takes half a minute.
"""

from __future__ import annotations

from shutil import which

import pytest

from tests.scenarios.beam import play
from tests.scenarios.catalogue import chosen, recorded

pytestmark = [pytest.mark.integration, pytest.mark.skipif(which("elixir") is None, reason="no Elixir here")]


def test_a_beam_prints_what_was_recorded() -> None:
    some = chosen(["exits/", "between_exits/", "supervisor/one_for_all"])
    version, traces = play([scenario.id for scenario in some])
    assert version.startswith("# OTP ")
    assert traces == {scenario.id: recorded(scenario.area)[scenario.name] for scenario in some}
