"""Hold the comparison with other systems to what can be checked here.

That a peer does or does not do something was checked by running it; `docs/comparison.md` tells how. What is
held is our own side: who claims a thing for pybeam names the test that shows it, and the README repeats
the page and adds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs/comparison.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
PEERS = [
    "Erlang/OTP",
    "Pyrlang",
    "otpylib",
    "lapinbeam",
    "casty",
    "Ray",
    "xoscar",
    "Pykka",
    "Thespian",
    "Pyro5",
    "RPyC",
]
MARKS = {"yes", "part", "no", "?", "-"}
HEADING = "| | pybeam | "


def cells(line: str) -> list[str]:
    return [cell.strip().removesuffix("\\*") for cell in line.strip().strip("|").split("|")]


def table(text: str) -> Iterator[list[str]]:
    """The rows of the feature table in `text`, its heading first, without the lines that only name a part."""
    lines = iter(text[text.index(HEADING) :].splitlines())
    yield cells(next(lines))
    for line in lines:
        if not line.startswith("|"):
            return
        if not line.startswith(("|---", "| **")):
            yield cells(line)


def shown(text: str) -> list[list[str]]:
    return list(table(text))[1:]


def test_the_readme_and_the_page_compare_with_all_of_them() -> None:
    assert next(table(README))[1:] == ["pybeam", *PEERS]
    assert next(table(PAGE))[1:] == ["pybeam", *PEERS, "shown by"]


def test_each_peer_has_a_version_a_date_and_a_note() -> None:
    for peer in PEERS:
        assert re.search(rf"^\| {peer} \|.*\b\d{{4}}-\d\d", PAGE, re.MULTILINE), f"{peer}: when was it looked at?"
        assert f"**{peer}.**" in PAGE, f"{peer} has no note"


@pytest.mark.parametrize("row", [*shown(PAGE), *shown(README)], ids=lambda row: row[0])
def test_each_row_has_a_mark_for_everybody(row: list[str]) -> None:
    marks = row[1 : 2 + len(PEERS)]
    assert len(marks) == 1 + len(PEERS)
    assert set(marks) <= MARKS


@pytest.mark.parametrize("row", shown(PAGE), ids=lambda row: row[0])
def test_what_pybeam_claims_is_shown_by_a_test_that_exists(row: list[str]) -> None:
    ours, shown_by = row[1], row[-1].strip("`")
    if ours == "no":
        assert shown_by == "-"
    elif shown_by != "by hand":
        assert shown_by.startswith("tests/")
        assert (ROOT / shown_by).exists(), f"{row[0]}: there is no {shown_by}"


def test_the_readme_says_what_the_page_says() -> None:
    page = {row[0]: row[1:-1] for row in shown(PAGE)}
    assert {row[0]: row[1:] for row in shown(README)}.items() <= page.items()


def test_the_readme_does_not_leave_out_where_we_lose() -> None:
    behind = [row for row in shown(README) if row[1] in {"no", "part"} and "yes" in row[2:]]
    assert len(behind) >= 5


def test_pybeam_has_no_compiled_part_of_its_own() -> None:
    files = {path.suffix for path in (ROOT / "pybeam").rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert files == {".py", ".typed"}
