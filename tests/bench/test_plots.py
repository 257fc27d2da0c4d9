"""The plots: which are drawn, and that the same figures draw the same file."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.growths import GROWTHS
from bench.plots import draw
from bench.report import Report
from bench.works import BEAM, OURS

pytest.importorskip("matplotlib")

CALLERS = GROWTHS[0]
VALUES = {
    **{("call_remote", label): {0: 1e-4, 1: 2e-4} for label in (OURS, BEAM)},
    **{("call_remote_64", label): {0: 1e5, 1: 2e5} for label in (OURS, BEAM)},
    **{(work.key, OURS): {0: 1e-5} for _, work in CALLERS.works},
}


def report(values: dict[tuple[str, str], dict[int, float]]) -> Report:
    return Report("a machine", False, 2, values, {}, {})


def test_what_was_measured_is_drawn_and_nothing_else(tmp_path: Path) -> None:
    drawn = draw(report(VALUES), tmp_path / "plots")
    assert [path.name for path in drawn] == ["call_remote.svg", "call_remote_64.svg", f"{CALLERS.key}.svg"]
    assert all(path.read_text().startswith("<?xml") for path in drawn)


def test_the_same_figures_draw_the_same_file(tmp_path: Path) -> None:
    first, second = (draw(report(VALUES), tmp_path / name) for name in ("first", "second"))
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_without_figures_nothing_is_drawn(tmp_path: Path) -> None:
    assert draw(report({}), tmp_path) == []
