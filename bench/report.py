"""What a run found, as one value: made from a record, kept as JSON, shown as a page and plots. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from bench.growths import GROWTHS, Growth
from bench.rounds import Record
from bench.works import OURS, WORKS, Work


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that the page says.

    `values` holds, by work and contender, a value for each round: seconds, bytes, or a rate
    a second.
    """

    machine: str
    quick: bool
    rounds: int
    values: Mapping[tuple[str, str], Mapping[int, float]]
    versions: Mapping[str, str]
    notes: Mapping[str, str]

    def of(self, work: Work) -> dict[str, Mapping[int, float]]:
        """The samples of each contender that has some."""
        return {label: samples for (key, label), samples in self.values.items() if key == work.key}

    def measured(self, works: Iterable[Work]) -> list[Work]:
        return [work for work in works if (work.key, OURS) in self.values]


def every_work() -> list[Work]:
    """Those of the table and those of the growth plots."""
    return [*WORKS, *(work for growth in GROWTHS for _, work in growth.works)]


def made(record: Record, machine: str, rounds: int, *, quick: bool) -> Report:
    """The report of a record."""
    values: dict[tuple[str, str], Mapping[int, float]] = {}
    for work in every_work():
        for (ask, label), rounds_ in record.answers.items():
            if ask == work.ask:
                found = {
                    number: readings[work.reading] for number, readings in rounds_.items() if work.reading in readings
                }
                if found:
                    values[work.key, label] = {n: turned_over(x) if work.unit.inverse else x for n, x in found.items()}
    return Report(machine, quick, rounds, values, record.versions, record.notes)


def turned_over(value: float) -> float:
    """A time as a rate.

    >>> turned_over(0.25), turned_over(0.0)
    (4.0, inf)
    """
    return 1 / value if value else float("inf")


def series(report: Report, growth: Growth) -> dict[str, list[tuple[int, Mapping[int, float]]]]:
    """By contender, the samples along a growth's axis."""
    found: dict[str, list[tuple[int, Mapping[int, float]]]] = {}
    for size, work in growth.works:
        for label, samples in report.of(work).items():
            found.setdefault(label, []).append((size, samples))
    return found


def to_json(report: Report) -> dict[str, Any]:
    nested: dict[str, dict[str, Mapping[int, float]]] = {}
    for (work, label), samples in report.values.items():
        nested.setdefault(work, {})[label] = samples
    return {**asdict(report), "values": nested}


def from_json(data: Mapping[str, Any]) -> Report:
    """The report that `to_json` wrote.

    >>> report = Report("a machine", True, 3, {("call", "ours"): {0: 1.5}}, {"ours": "1"}, {})
    >>> from_json(to_json(report)) == report
    True
    """
    values = {
        (work, label): {int(number): float(value) for number, value in samples.items()}
        for work, labels in data["values"].items()
        for label, samples in labels.items()
    }
    return Report(data["machine"], data["quick"], data["rounds"], values, data["versions"], data["notes"])
