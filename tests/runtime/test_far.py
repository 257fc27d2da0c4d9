"""The two halves of a link between nodes: whatever crosses on the way, they agree in the end."""

from __future__ import annotations

from collections import deque

from hypothesis import given
from hypothesis import strategies as st

from pybeam.runtime.far import Link

ACTS = st.lists(
    st.tuples(st.sampled_from(["link", "unlink", "take"]), st.integers(0, 1)),
    max_size=40,
)


class Ends:
    """Two halves and what is on its way between them, in order."""

    def __init__(self) -> None:
        self.halves = Link(), Link()
        self.boxes: tuple[deque[tuple[str, int]], ...] = (deque(), deque())
        self.numbers = 0

    def link(self, at: int) -> None:
        if self.halves[at].open():
            self.boxes[1 - at].append(("link", 0))

    def unlink(self, at: int) -> None:
        self.numbers += 1
        if self.halves[at].close(self.numbers):
            self.boxes[1 - at].append(("unlink", self.numbers))

    def take(self, at: int) -> None:
        if not self.boxes[at]:
            return
        what, number = self.boxes[at].popleft()
        half = self.halves[at]
        if what == "link":
            half.opened()
        elif what == "unlink":
            half.closed()
            self.boxes[1 - at].append(("confirmed", number))
        else:
            half.confirmed(number)

    def settle(self) -> None:
        while any(self.boxes):
            self.take(0)
            self.take(1)


@given(ACTS)
def test_both_sides_agree_once_all_has_arrived(acts: list[tuple[str, int]]) -> None:
    ends = Ends()
    for act, at in acts:
        getattr(ends, act)(at)
    ends.settle()
    one, two = ends.halves
    assert one.active == two.active
    assert not one.unlinking and not two.unlinking


@given(ACTS, st.integers(0, 1))
def test_the_last_word_of_one_side_holds_when_the_other_keeps_still(acts: list[tuple[str, int]], at: int) -> None:
    ends = Ends()
    for act, side in acts:
        getattr(ends, act)(side)
    ends.settle()
    ends.link(at)
    ends.settle()
    assert ends.halves[0].active and ends.halves[1].active
    ends.unlink(1 - at)
    assert not ends.halves[1 - at].active
    ends.settle()
    assert ends.halves[0].over and ends.halves[1].over


def test_what_was_sent_before_the_other_side_knew_of_an_unlink_does_not_count() -> None:
    half = Link()
    half.open()
    assert half.close(7)
    assert not half.broken()
    half.opened()
    assert not half.active
    half.confirmed(6)
    assert not half.over
    half.confirmed(7)
    assert half.over
