"""A lock is its requester's, for as long as one process holds it on its behalf."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pybeam.groups.locks import Locks
from pybeam.terms import Pid

PIDS = [Pid("a@h", 1, number) for number in (1, 2, 3)]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["take", "release", "release_all"]),
        st.sampled_from("rs"),
        st.sampled_from("xy"),
        st.sampled_from(PIDS),
    )
)


@given(STEPS)
def test_a_lock_has_one_requester_and_the_processes_that_took_it(steps: list[tuple[str, str, str, Pid]]) -> None:
    locks, held = Locks(), set[tuple[str, str, Pid]]()
    for act, resource, requester, pid in steps:
        if act == "take":
            free = not any(entry[0] == resource and entry[1] != requester for entry in held)
            assert locks.take(resource, requester, pid) == free
            held |= {(resource, requester, pid)} if free else set()
        elif act == "release":
            locks.release(resource, requester, pid)
            held.discard((resource, requester, pid))
        else:
            locks.release_all(pid)
            held = {entry for entry in held if entry[2] != pid}
        assert [locks.is_holder(each) for each in PIDS] == [any(e[2] == each for e in held) for each in PIDS]
