"""Whoever sets the machine's clock moves no timer, deadline or heartbeat: nothing here reads that clock."""

from __future__ import annotations

import ast
from pathlib import Path

from pybeam import clock
from pybeam.clock import MonotonicClock, VirtualClock
from tests.source import Project

ROOT = Path(__file__).resolve().parents[1]


def test_of_the_time_module_only_the_monotonic_clock_is_used() -> None:
    tree = ast.parse(Path(clock.__file__).read_text())
    names = (node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name))
    assert {node.attr for node in names if node.value.id == "time"} == {"monotonic"}  # type: ignore[attr-defined]


def test_nothing_imports_a_calendar() -> None:
    uses = [use.target for module in Project(ROOT).of("pybeam", "apothik") for use in module.uses]
    assert "logging" in uses
    assert not [target for target in uses if target.split(".")[0] in ("datetime", "calendar")]


def test_the_monotonic_clock_never_goes_back() -> None:
    readings = [MonotonicClock().now() for _ in range(1000)]
    assert readings == sorted(readings)


def test_a_virtual_clock_stands_still_until_it_is_turned() -> None:
    virtual = VirtualClock()
    assert virtual.now() == virtual.now() == 0.0
    virtual.advance(2.5)
    assert virtual.now() == 2.5
