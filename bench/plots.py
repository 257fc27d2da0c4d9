"""A report's plots, as SVG files. matplotlib is imported here alone, and when something is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.figures import median
from bench.growths import GROWTHS, Growth
from bench.report import Report, series
from bench.works import BEAM, CALLS, LIMITS, OURS, Work

COLOURS = {OURS: "#c2410c", BEAM: "#6d28d9", **dict.fromkeys(LIMITS, "#cbd5e1")}
OTHER = "#64748b"
WIDE = 100
"""How many times its least size a growth's greatest is, for a logarithmic axis."""

BARS = ("call_local", "call_remote", "call_remote_64")


def draw(report: Report, folder: Path) -> list[Path]:
    """Draw what was measured, one file each.

    Raises:
        ImportError: matplotlib is not installed.
    """
    import matplotlib

    matplotlib.use("svg")
    # The same figures make the same file: no dates, no random ids.
    matplotlib.rcParams.update(
        {"svg.hashsalt": "bench", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False}
    )
    folder.mkdir(parents=True, exist_ok=True)
    works = {work.key: work for work in CALLS}
    drawn = [_saved(_bars(report, works[key]), folder / f"{key}.svg") for key in BARS if report.measured([works[key]])]
    for growth in GROWTHS:
        if OURS in series(report, growth):
            drawn.append(_saved(_lines(report, growth), folder / f"{growth.key}.svg"))
    return drawn


def _bars(report: Report, work: Work) -> Any:
    """Everybody at one work, the best on top."""
    samples = report.of(work)
    ranked = sorted(samples, key=lambda label: median(samples[label]), reverse=not work.unit.inverse)
    figure, axes = _axes(1 + 0.32 * len(ranked))
    values = [median(samples[label]) * work.unit.scale for label in ranked]
    axes.barh(ranked, values, color=[COLOURS.get(label, OTHER) for label in ranked])
    if work.unit.inverse:
        axes.set_xlim(0, 1.2 * max(values))
    else:
        axes.set_xscale("log")
        axes.set_xlim(min(values) / 2, 3 * max(values))
    axes.set_xlabel(work.unit.sign)
    axes.set_title(work.title.replace("`", "") if work.key != "call_remote_64" else "calls to another node, 64 callers")
    for place, value in enumerate(values):
        axes.annotate(f" {value:,.3g}" if value < 1000 else f" {value:,.0f}", (value, place), va="center")
    return figure


def _lines(report: Report, growth: Growth) -> Any:
    """How a cost goes with a size, for each contender."""
    figure, axes = _axes(3.4)
    unit = growth.works[0][1].unit
    for label, points in series(report, growth).items():
        sizes = [size for size, _ in points]
        middle = [median(samples) * unit.scale for _, samples in points]
        (line,) = axes.plot(sizes, middle, marker="o", markersize=3, label=label, color=COLOURS.get(label, OTHER))
        low = [min(samples.values()) * unit.scale for _, samples in points]
        high = [max(samples.values()) * unit.scale for _, samples in points]
        axes.fill_between(sizes, low, high, alpha=0.2, color=line.get_color(), linewidth=0)
    if growth.works[-1][0] > WIDE * growth.works[0][0]:
        axes.set_xscale("log")
    if growth.log:
        axes.set_yscale("log")
    else:
        axes.set_ylim(bottom=0)
    axes.set(xlabel=growth.axis, ylabel=growth.cost, title=growth.title)
    axes.legend(frameon=False)
    return figure


def _axes(height: float) -> Sequence[Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, height), layout="constrained")
    return figure, figure.add_subplot()


def _saved(figure: Any, path: Path) -> Path:
    figure.savefig(path, metadata={"Date": None})
    return path
