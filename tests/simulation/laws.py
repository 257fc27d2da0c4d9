"""What must hold of every history, whatever the storm. Pure: a history in, the breaches of the law out.

Each law is one sentence of what pybeam promises; `broken` gives all that were broken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from tests.simulation.history import (
    Asked,
    Cut,
    Ended,
    Event,
    Frozen,
    Got,
    History,
    Lane,
    Leftovers,
    Life,
    Outcome,
    Turn,
)

Law = Callable[[History], Iterator[str]]

DOWN_WITHIN = 2.0
"""Seconds in which a death is heard of, where the network is whole."""


def messages_come_in_order_without_gaps(history: History) -> Iterator[str]:
    """Within one session what arrives is gap-free and in order; nothing comes twice, ever."""
    up: dict[tuple[Life, str], int] = defaultdict(int)
    last: dict[tuple[Life, Life], int] = defaultdict(int)
    last_of_lane: dict[tuple[Lane, Life, int], int] = {}
    for event in history.events:
        if isinstance(event, Turn):
            up[event.life, event.name] += 1
        elif isinstance(event, Got):
            source, tag = event.tag.lane.source, event.tag
            if tag.place <= last[source, event.life]:
                yield f"doubled or overtaken: {event}, after {last[source, event.life]}"
            last[source, event.life] = tag.place
            lane = tag.lane, event.life, up[event.life, source.name]
            before = last_of_lane.get(lane)
            if before is not None and tag.lane_place != before + 1:
                yield f"a gap within one session: {event}, after {before}"
            last_of_lane[lane] = tag.lane_place


def messages_come_between_nodeup_and_nodedown(history: History) -> Iterator[str]:
    """nodeup before all that a node sent, nodedown after all of it."""
    up: set[tuple[Life, str]] = set()
    for event in history.events:
        if isinstance(event, Turn):
            (up.add if event.event == "nodeup" else up.discard)((event.life, event.name))
        elif isinstance(event, Got) and (event.life, event.tag.lane.source.name) not in up:
            yield f"outside of every session: {event}"


def nodeup_and_nodedown_alternate(history: History) -> Iterator[str]:
    """Of each node, everybody hears nodeup and nodedown in turns, nodeup first."""
    up: set[tuple[Life, str]] = set()
    for event in history.events:
        if isinstance(event, Turn):
            key = event.life, event.name
            if (event.event == "nodeup") is (key in up):
                yield f"twice in a row: {event}"
            (up.add if event.event == "nodeup" else up.discard)(key)


def nothing_reaches_another_incarnation(history: History) -> Iterator[str]:
    """What was sent to one life of a node, by its pid or in a session with it, no other life gets."""
    for event in history.events:
        if isinstance(event, Got):
            tag = event.tag
            if tag.lane.life not in (0, event.life.number):
                yield f"for a pid of another life: {event}"
            if tag.session not in (0, event.creation):
                yield f"sent in a session with another life: {event}"


def every_call_has_one_outcome(history: History) -> Iterator[str]:
    """One, in time, of those that are possible, and no answer from a life that was not asked."""
    ended = {event.life for event in history.events if isinstance(event, Ended)}
    frozen = [event for event in history.events if isinstance(event, Frozen)]
    asked = {event.number: event for event in history.events if isinstance(event, Asked)}
    outcomes: dict[int, Outcome] = {}
    for event in history.events:
        if isinstance(event, Outcome):
            if event.number in outcomes:
                yield f"a second outcome: {event}"
            outcomes[event.number] = event
    for number, call in asked.items():
        outcome = outcomes.get(number)
        if outcome is not None:
            dying = any(life.name == call.target for life in ended)
            stood_still = sum(each.until - each.when for each in frozen if each.life == call.life)
            yield from _judged(call, outcome, stood_still, ("ServerDied",) if dying else ())
        elif call.life not in ended:
            yield f"no outcome: {call}"


def _judged(call: Asked, outcome: Outcome, stood_still: float, besides: tuple[str, ...]) -> Iterator[str]:
    if outcome.what not in ("value", "NodeDown", "CallTimeout", "NoProcess", *besides):
        yield f"an impossible outcome: {outcome} of {call}"
    if isinstance(outcome.answer, Life) and (
        outcome.answer.name != call.target or call.aimed_at not in (0, outcome.answer.number)
    ):
        yield f"somebody else's answer: {outcome} of {call}"
    if outcome.what == "NoProcess" and call.aimed_at == 0:
        yield f"its server was there all the time: {outcome} of {call}"
    late = call.timeout is not None and outcome.when > call.when + call.timeout + stood_still + 1e-6
    if late or (outcome.what == "CallTimeout" and outcome.when < call.when + (call.timeout or 1e9) - 1e-6):
        yield f"too early or too late: {outcome} of {call}"


def no_answer_reaches_a_mailbox(history: History) -> Iterator[str]:
    """A late reply is dropped."""
    for event in history.events:
        if isinstance(event, Leftovers) and event.messages:
            yield f"left over: {event}"


def deaths_are_heard_of_soon(history: History) -> Iterator[str]:
    """A node that ends is down within two seconds for all who were connected, unless the network is cut."""
    for at, death in enumerate(history.events):
        if isinstance(death, Ended):
            before, after = history.events[:at], history.events[at:]
            for witness in _connected_to(death.life.name, before):
                if not _hears(witness, death, after) and not _excused(witness, death, before, after):
                    yield f"{witness} has not heard of {death}"


def _connected_to(name: str, events: list[Event]) -> set[Life]:
    up: set[Life] = set()
    for event in events:
        if isinstance(event, Turn) and event.name == name:
            (up.add if event.event == "nodeup" else up.discard)(event.life)
    return up


def _hears(witness: Life, death: Ended, after: list[Event]) -> bool:
    return any(
        isinstance(event, Turn)
        and (event.life, event.event, event.name) == (witness, "nodedown", death.life.name)
        and event.when <= death.when + DOWN_WITHIN
        for event in after
    )


def _excused(witness: Life, death: Ended, before: list[Event], after: list[Event]) -> bool:
    if any(isinstance(event, Ended) and event.life == witness for event in before):
        return True
    if any(isinstance(e, Frozen) and e.life == witness and e.until > death.when for e in (*before, *after)):
        return True
    cut = False
    for event in before:
        if isinstance(event, Cut):
            cut = (cut and not event.over) or event.names == {witness.name, death.life.name}
    soon = [event for event in after if event.when <= death.when + DOWN_WITHIN]
    dies = any(isinstance(event, Ended) and event.life == witness for event in soon)
    return cut or dies or any(isinstance(event, Cut) and not event.over for event in soon)


def both_sides_agree_who_is_connected(history: History) -> Iterator[str]:
    """When the storm is over, a node lists whoever lists it, and those of whom it last heard nodeup."""
    for name, others in history.calm.items():
        for other in others:
            if name not in history.calm[other]:
                yield f"{name} lists {other} and not the other way round"


def what_was_heard_is_what_is_listed(history: History) -> Iterator[str]:
    """At the end a node lists those of whom it last heard nodeup, and no others."""
    up: dict[Life, set[str]] = defaultdict(set)
    for event in history.events:
        if isinstance(event, Turn):
            heard = up[event.life]
            (heard.add if event.event == "nodeup" else heard.discard)(event.name)
    newest = {life.name: life for life in sorted(up)}
    for name, listed in history.mesh.items():
        if set(listed) != up[newest[name]]:
            yield f"{name} lists {listed} and has heard of {up[newest[name]]}"


def the_mesh_is_whole_again(history: History) -> Iterator[str]:
    """After the storm one message from each to each makes it whole, and one connection a newcomer part of it."""
    for name, others in history.mesh.items():
        if sorted(others) != sorted(history.mesh.keys() - {name}):
            yield f"{name} lists only {others}"


def in_the_calm_everything_arrives(history: History) -> Iterator[str]:
    """Where nothing is lost, no message is, also when it is the first to a node."""
    got = {event.tag for event in history.events if isinstance(event, Got)}
    for tag in history.last:
        if tag._replace(session=0) not in {each._replace(session=0) for each in got}:
            yield f"lost in the calm: {tag}"


LAWS: tuple[Law, ...] = (
    messages_come_in_order_without_gaps,
    messages_come_between_nodeup_and_nodedown,
    nodeup_and_nodedown_alternate,
    nothing_reaches_another_incarnation,
    every_call_has_one_outcome,
    no_answer_reaches_a_mailbox,
    deaths_are_heard_of_soon,
    both_sides_agree_who_is_connected,
    what_was_heard_is_what_is_listed,
    the_mesh_is_whole_again,
    in_the_calm_everything_arrives,
)


def broken(history: History) -> list[str]:
    """The breaches, each with the name of the law."""
    return [f"{law.__name__}: {breach}" for law in LAWS for breach in law(history)]
