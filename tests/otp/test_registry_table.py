"""The table of a registry, against a plain list of what is registered."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from pybeam.otp.registry_table import Entry, Table

KEYS = st.sampled_from(["a", "b", ("c", 1), None])
OWNERS = st.integers(1, 5)
VALUES = st.integers(0, 3)


class AgainstAList(RuleBasedStateMachine):
    """Each rule does the same to a `Table` and to a list of `(key, owner, value)`."""

    unique = True

    def __init__(self) -> None:
        super().__init__()
        self.dead: set[int] = set()
        self.rows: list[tuple[Any, int, int]] = []
        self.table = Table(self.unique, lambda owner: owner not in self.dead)

    @rule(key=KEYS, owner=OWNERS, value=VALUES)
    def add(self, key: Any, owner: int, value: int) -> None:
        if owner in self.dead:
            return
        holder = next((row[1] for row in self.rows if row[0] == key), None) if self.unique else None
        assert self.table.add(key, owner, value) == holder
        if holder is None:
            self.rows.append((key, owner, value))

    @rule(key=KEYS, owner=OWNERS, value=st.none() | VALUES)
    def remove(self, key: Any, owner: int, value: int | None) -> None:
        gone = [row for row in self.rows if row[:2] == (key, owner) and value in (None, row[2])]
        match = None if value is None else lambda held: held == value
        assert owner in self.dead or self.table.remove(key, owner, match) == bool(gone)
        self.rows = [row for row in self.rows if row not in gone]

    @rule(key=KEYS, owner=OWNERS, value=VALUES)
    def replace(self, key: Any, owner: int, value: int) -> None:
        if not self.unique or owner in self.dead:
            return
        place = next((n for n, row in enumerate(self.rows) if row[:2] == (key, owner)), None)
        assert self.table.replace(key, owner, value) == (place is not None)
        if place is not None:
            self.rows[place] = (key, owner, value)

    @rule(owner=OWNERS)
    def die(self, owner: int) -> None:
        self.dead.add(owner)
        self.rows = [row for row in self.rows if row[1] != owner]

    @rule(owner=OWNERS)
    def bury(self, owner: int) -> None:
        """The registry hears of the end, sooner or later."""
        if owner in self.dead:
            self.table.drop(owner)

    @rule(owner=OWNERS)
    def be_born(self, owner: int) -> None:
        """Numbers are not used again: this is another process with the number of one that was buried."""
        if owner in self.dead:
            self.table.drop(owner)
            self.dead.discard(owner)

    @invariant()
    def all_that_can_be_asked_is_answered_as_by_the_list(self) -> None:
        for key in ["a", "b", ("c", 1), None]:
            assert self.table.lookup(key) == [Entry(owner, value) for k, owner, value in self.rows if k == key]
        for owner in range(1, 6):
            assert self.table.keys(owner) == [key for key, o, _ in self.rows if o == owner]
        assert len(self.table) == len(self.rows)
        items = [(key, *entry) for key, entry in self.table.items()]
        assert sorted(items, key=repr) == sorted(self.rows, key=repr)

    def teardown(self) -> None:
        for owner in range(1, 6):
            self.table.drop(owner)
        assert not self.table._by_key
        assert not self.table._by_owner


class AgainstAListWithDuplicates(AgainstAList):
    unique = False


TestUniqueKeys = AgainstAList.TestCase
TestDuplicateKeys = AgainstAListWithDuplicates.TestCase
TestUniqueKeys.settings = TestDuplicateKeys.settings = settings(max_examples=60, stateful_step_count=30)


def test_a_match_that_raises_changes_nothing() -> None:
    table = Table(False, lambda owner: True)
    table.add("a", 1, 2)
    table.add("a", 1, 0)
    with pytest.raises(ZeroDivisionError):
        table.remove("a", 1, lambda value: 1 / value)
    assert table.lookup("a") == [Entry(1, 2), Entry(1, 0)]


def test_a_key_of_one_that_ended_can_be_had_at_once() -> None:
    alive = {1, 2}
    table = Table(True, alive.__contains__)
    table.add("a", 1, "old")
    table.add("b", 1, "old")
    alive.discard(1)
    assert table.add("a", 2, "new") is None
    assert table.add("a", 2, "again") == 2
    assert table.lookup("a") == [Entry(2, "new")]
    table.drop(1)  # the news comes late
    assert table.lookup("a") == [Entry(2, "new")]


def test_who_has_any_entry_is_told_without_a_look_at_all_of_them() -> None:
    table = Table(True, lambda owner: True)
    assert [table.add(key, 7, None) for key in "ab"] == [None, None]
    assert (table.remove("a", 7), table.holds(7)) == (True, True)
    assert (table.remove("b", 7), table.holds(7)) == (True, False)
