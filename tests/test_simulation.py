"""Storms on virtual time: whatever happens, the laws hold; and a runtime with a bug is found out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pybeam.dist.calls import OpenCalls
from pybeam.dist.mesh import Mesh
from pybeam.dist.outbox import Outbox
from pybeam.dist.session import Session
from pybeam.runtime import calls
from pybeam.runtime.gateway import Gateway
from pybeam.runtime.ports import Target
from tests.simulation.laws import broken
from tests.simulation.storm import Storm

SEEDS = 200


@pytest.mark.parametrize("seed", range(SEEDS))
def test_the_laws_hold_in_every_storm(seed: int) -> None:
    assert broken(Storm(seed).run()) == []


@pytest.mark.parametrize("seed", range(5))
def test_a_storm_is_the_same_each_time(seed: int) -> None:
    assert Storm(seed).run() == Storm(seed).run()


def test_every_kind_of_outcome_and_event_occurs() -> None:
    seen: set[str] = set()
    for seed in range(20):
        for event in Storm(seed).run().events:
            seen.add(str(getattr(event, "what", getattr(event, "event", type(event).__name__))))
    assert seen >= {"value", "NodeDown", "CallTimeout", "NoProcess", "nodeup", "nodedown", "Got", "Ended", "Cut"}


# ---------------------------------------------------------------------- the laws can be broken


def any_life_will_do(patch: pytest.MonkeyPatch) -> None:
    """The creation in a pid is not looked at."""
    patch.setattr(calls, "Target", lambda node, creation, process: Target(node, 0, process))


def late_replies_are_messages(patch: pytest.MonkeyPatch) -> None:
    """A reply for which nobody waits any more goes to the mailbox."""
    in_time = Gateway.reply

    def reply(self: Gateway, process: int, ref: int, body: Any) -> None:
        caller = self._processes.get(process)
        if caller is not None and caller.waiting != ref:
            self._runtime.deliver(caller, (ref, body))
        in_time(self, process, ref, body)

    patch.setattr(Gateway, "reply", reply)


def open_calls_are_forgotten(patch: pytest.MonkeyPatch) -> None:
    """When a session ends, those who wait for an answer from there are not told."""

    def end(self: OpenCalls) -> Iterator[tuple[int, int]]:
        self.callers = {}
        return iter(())

    patch.setattr(OpenCalls, "end", end)


def node_events_come_late(patch: pytest.MonkeyPatch) -> None:
    """nodeup and nodedown wait for the next turn, and messages do not."""
    at_once = Gateway.announce

    def announce(self: Gateway, event: str, node: str) -> None:
        self.call_soon(lambda: at_once(self, event, node))

    patch.setattr(Gateway, "announce", announce)


def first_messages_come_last(patch: pytest.MonkeyPatch) -> None:
    """What waited for the handshake is sent in the wrong order."""
    in_order = Outbox.rise

    def rise(self: Outbox, hello: Any) -> None:
        self._deferred.reverse()
        in_order(self, hello)

    patch.setattr(Outbox, "rise", rise)


def nobody_mourns_the_old(patch: pytest.MonkeyPatch) -> None:
    """A session is replaced by a newer one without its end being told."""
    patch.setattr(Session, "_replace", lambda self, why, hello, source: self._accept(hello, source))


def hearsay_is_not_heard(patch: pytest.MonkeyPatch) -> None:
    """Nobody connects to those who are only named by others."""
    patch.setattr(Mesh, "strangers", lambda self, names, now: [])


@pytest.mark.parametrize(
    ("bug", "law"),
    [
        (any_life_will_do, "nothing_reaches_another_incarnation"),
        (late_replies_are_messages, "no_answer_reaches_a_mailbox"),
        (open_calls_are_forgotten, "every_call_has_one_outcome"),
        (node_events_come_late, "messages_come_between_nodeup_and_nodedown"),
        (first_messages_come_last, "messages_come_in_order_without_gaps"),
        (nobody_mourns_the_old, "nodeup_and_nodedown_alternate"),
        (hearsay_is_not_heard, "the_mesh_is_whole_again"),
    ],
)
def test_a_planted_bug_is_found(
    monkeypatch: pytest.MonkeyPatch, bug: Callable[[pytest.MonkeyPatch], None], law: str
) -> None:
    bug(monkeypatch)
    found = (breach for seed in range(SEEDS) for breach in broken(Storm(seed).run()))
    assert any(breach.startswith(f"{law}:") for breach in found)
