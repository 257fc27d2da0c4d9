"""The table of groups does what a list for each group and node would do."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from pybeam.groups.members import Change, Members
from pybeam.terms import Pid

PIDS = [Pid(node, creation, number) for creation, node in enumerate(("a@h", "b@h"), 1) for number in (1, 2, 3)]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["join", "leave", "forget", "drop", "replace"]),
        st.sampled_from(["g", "h"]),
        st.lists(st.sampled_from(PIDS[:3]), max_size=4) | st.lists(st.sampled_from(PIDS[3:]), max_size=4),
    ),
    max_size=30,
)


class Model:
    """Each group of each node as a bag of pids."""

    def __init__(self) -> None:
        self.bags: dict[tuple[str, str], Counter[Pid]] = {}

    def bag(self, node: str, group: str) -> Counter[Pid]:
        return self.bags.setdefault((node, group), Counter())

    def all_of(self, group: str) -> Counter[Pid]:
        return self.bag("a@h", group) + self.bag("b@h", group)

    def step(self, kind: str, node: str, group: str, pids: list[Pid]) -> None:
        if kind == "join":
            self.bag(node, group).update(pids)
        elif kind == "leave":
            self.bags[node, group] = self.bag(node, group) - Counter(pids)
        for (its_node, its_group), bag in self.bags.items():
            if kind == "forget" and pids:
                bag.pop(pids[0], None)
            elif kind in ("drop", "replace") and its_node == node:
                bag.clear()
                if kind == "replace" and its_group == group:
                    bag.update(pids)


def carry_out(table: Members, kind: str, node: str, group: str, pids: list[Pid]) -> list[Change]:
    match kind:
        case "join":
            return [table.join(node, group, pids)]
        case "leave":
            return [table.leave(node, group, pids)]
        case "forget":
            return table.forget(pids[0]) if pids else []
        case "drop":
            return table.drop(node)
        case _:
            return table.replace(node, {group: pids} if pids else {})


@given(STEPS)
def test_the_table_and_its_changes_are_those_of_the_model(steps: list[tuple[str, str, list[Pid]]]) -> None:
    table, model = Members(), Model()
    seen = {"g": Counter[Pid](), "h": Counter[Pid]()}
    for kind, group, pids in steps:
        node = pids[0].node if pids else "a@h"
        model.bag(node, group)
        model.step(kind, node, group, pids)
        for change in carry_out(table, kind, node, group, pids):
            bag = seen[str(change.group)]
            (bag.update if change.kind == "join" else bag.subtract)(change.pids)
        for name in ("g", "h"):
            expected = model.all_of(name)
            assert Counter(table.of(name)) == expected == +seen[name]
            assert Counter(table.at("b@h", name)) == +model.bag("b@h", name)
            assert (name in table.groups()) == bool(expected)
        assert set(table.pids()) == set(model.all_of("g") + model.all_of("h"))


def test_who_is_not_in_the_group_does_not_leave_it() -> None:
    table = Members()
    table.join("a@h", "g", [PIDS[0]])
    assert table.leave("a@h", "g", [PIDS[0], PIDS[0], PIDS[1]]) == Change("leave", "g", [PIDS[0]])
    assert table.leave("a@h", "no such", [PIDS[0]]).pids == []


def test_a_node_that_gets_its_name_gives_it_to_its_pids() -> None:
    table = Members()
    table.join("nonode@nohost", "g", [Pid("nonode@nohost", 7, 1)] * 2)
    table.rename("nonode@nohost", "a@h")
    assert repr(table.at("a@h", "g")) == "[<a@h.1>, <a@h.1>]"
