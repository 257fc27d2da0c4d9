"""The scenarios of this folder: what belongs to each, and what it should print.

Reads files and imports twins; it runs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path

FOLDER = Path(__file__).parent
DIFFERENCES = FOLDER.parents[1] / "docs" / "differences.md"
RECORDING = "beam.trace"
HEADER = "# "


@dataclass(frozen=True)
class Scenario:
    """An Elixir script, its Python twin and the trace that a BEAM printed.

    Attributes:
        area: its folder's name; one that begins with `between_` has several nodes.
        name: the name of both files.
    """

    area: str
    name: str

    @property
    def id(self) -> str:
        return f"{self.area}/{self.name}"

    @property
    def script(self) -> Path:
        return FOLDER / self.area / f"{self.name}.exs"

    @property
    def twin(self) -> Path:
        return FOLDER / self.area / f"{self.name}.py"

    @property
    def is_between_nodes(self) -> bool:
        return self.area.startswith("between_")

    def _get(self, name: str) -> object:
        return getattr(import_module(f"tests.scenarios.{self.area}.{self.name}"), name, None)

    @property
    def docstring(self) -> str:
        """What the twin says that it shows."""
        docstring = self._get("__doc__")
        assert isinstance(docstring, str), f"{self.twin} does not say what it shows"
        return docstring

    @cached_property
    def perform(self) -> Callable[[], None]:
        """The twin's function."""
        scenario = self._get("scenario")
        assert callable(scenario), f"{self.twin} has no function `scenario`"
        return scenario

    @cached_property
    def difference(self) -> str | None:
        """The heading in docs/differences.md that tells why we print something else."""
        difference = self._get("difference")
        assert difference is None or isinstance(difference, str)
        return difference

    @cached_property
    def bug(self) -> str | None:
        """What is still wrong with us here; the trace to reach is the BEAM's."""
        bug = self._get("bug")
        assert bug is None or isinstance(bug, str)
        return bug

    @cached_property
    def expected(self) -> list[str]:
        """What the twin should print: the BEAM's trace, or our own where we differ on purpose."""
        ours = self._get("expected")
        if self.difference is None:
            assert ours is None, f"{self.twin} expects another trace than the BEAM's, and names no difference"
            return recorded(self.area)[self.name]
        assert isinstance(ours, list), f"{self.twin} names a difference, and no trace that it expects"
        return ours


def scenarios() -> list[Scenario]:
    """All scenarios, by area and name."""
    scripts = sorted(path for path in FOLDER.glob("*/*.exs"))
    return [Scenario(path.parent.name, path.stem) for path in scripts]


def recording_of(area: str) -> Path:
    """The file with the traces of an area."""
    return FOLDER / area / RECORDING


def recorded(area: str) -> dict[str, list[str]]:
    """The traces that a BEAM printed, by the scenario's name."""
    return {id.partition("/")[2]: lines for id, lines in parsed(recording_of(area).read_text()).items()}


def parsed(text: str) -> dict[str, list[str]]:
    """The traces in what `run.exs` prints, by id.

    >>> parsed("# OTP 25\\n== links/a\\nok\\n\\n== links/b\\n")
    {'links/a': ['ok'], 'links/b': []}
    """
    traces: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line.startswith("== "):
            lines = traces[line[3:]] = []
        elif line and not line.startswith(HEADER):
            lines.append(line)
    return traces


def written(version: str, traces: dict[str, list[str]]) -> str:
    """The text of a recording.

    >>> print(written("# OTP 25", {"links/a": ["ok"]}), end="")
    # OTP 25
    <BLANKLINE>
    == links/a
    ok
    """
    blocks = ["\n".join([f"== {id}", *lines]) for id, lines in traces.items()]
    return "\n\n".join([version, *blocks]) + "\n"


def listed_differences() -> set[str]:
    """The differences that docs/differences.md lists: its headings of the second rank."""
    return set(re.findall(r"^## `([\w-]+)`", DIFFERENCES.read_text(), re.MULTILINE))


def chosen(words: Iterable[str]) -> list[Scenario]:
    """The scenarios whose id begins with one of `words`; all of them for none.

    Raises:
        ValueError: a word chooses nothing.
    """
    everything = scenarios()
    wanted = list(words)
    for word in wanted:
        if not any(scenario.id.startswith(word) for scenario in everything):
            raise ValueError(f"no scenario begins with {word!r}")
    return [each for each in everything if not wanted or each.id.startswith(tuple(wanted))]
