"""Publish and subscribe: everybody who asked is sent it, in order, and each other node is sent it once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pybeam import NoProcess, PubSub, Registry, Supervisor, node, pg, process, send
from pybeam.errors import AlreadyStarted
from pybeam.runtime.ports import Kind
from pybeam.terms import Pid
from pybeam.testing.inside import inside, settle
from pybeam.testing.world import SimNode, World
from tests.groups.cluster import end, hearing, mesh
from tests.listener import Heard


@pytest.fixture
def news(three: list[SimNode]) -> list[SimNode]:
    """Three nodes with a `PubSub`."""
    return serve(three)


def serve(nodes: list[SimNode]) -> list[SimNode]:
    for each in nodes:
        hearing(each, lambda: PubSub.start_link("news"))
    nodes[0].world.advance(1)
    return nodes


def subscriber(at: SimNode, *topics: str) -> tuple[Pid, Heard]:
    """A process that has subscribed, and what it is sent."""

    def begin() -> None:
        for topic in topics:
            PubSub.subscribe("news", topic)

    pid, heard = hearing(at, begin)
    heard.clear()
    return pid, heard


def publish(at: SimNode, message: object, topic: str = "t") -> None:
    at.run(PubSub.broadcast, "news", topic, message)
    at.world.advance(1)


def posts(at: SimNode) -> list[Kind]:
    """What `at` posts to other nodes from now on; it grows."""
    sent: list[Kind] = []
    network: Any = at.runtime.network
    post = network.post

    def counted(kind: Kind, *args: Any) -> Any:
        sent.append(kind)
        return post(kind, *args)

    network.post = counted
    return sent


def test_the_subscribers_of_a_topic_on_all_nodes_are_sent_what_is_published(news: list[SimNode]) -> None:
    heard = [subscriber(each, "t")[1] for each in news]
    other = subscriber(news[1], "other")[1]
    publish(news[0], "rain")
    publish(news[2], "sun")
    assert [*heard, other] == [["rain", "sun"]] * 3 + [[]]


def test_an_event_crosses_to_each_other_node_once_however_many_subscribe_there(world: World) -> None:
    nodes = serve(mesh(world, "abcdefghij"))
    heard = [[subscriber(each, "t")[1] for _ in range(20)] for each in nodes]
    sent = posts(nodes[0])
    publish(nodes[0], "rain")
    assert sent == [Kind.SEND] * 9
    assert heard == [[["rain"]] * 20] * 10


def test_a_node_without_this_pubsub_is_sent_nothing(world: World) -> None:
    nodes = mesh(world, "abc")
    serve(nodes[:2])
    sent = posts(nodes[0])
    publish(nodes[0], "rain")
    assert sent == [Kind.SEND]


def test_what_one_process_publishes_arrives_in_order_also_between_ways_to_publish(news: list[SimNode]) -> None:
    a, b, _ = news
    here, there = subscriber(a, "t", "u")[1], subscriber(b, "t", "u")[1]

    def burst() -> None:
        for number in range(50):
            PubSub.broadcast("news", "tu"[number % 2], number)
            PubSub.direct_broadcast(b.name, "news", "t", -number)

    a.run(burst)
    a.world.advance(1)
    assert here == list(range(50))
    assert there == [sign * number for number in range(50) for sign in (1, -1)]


def test_order_holds_with_more_subscribers_than_are_served_at_once(
    news: list[SimNode], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pybeam.pubsub.BATCH", 3)
    heard = [subscriber(each, "t")[1] for each in news for _ in range(10)]

    def burst() -> None:
        for number in range(5):
            PubSub.broadcast("news", "t", number)

    news[0].run(burst)
    news[0].world.advance(1)
    assert heard == [[0, 1, 2, 3, 4]] * 30


def test_others_get_their_turn_while_many_are_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pybeam.pubsub.BATCH", 2)
    served: list[str] = []

    def publish_and_say() -> None:
        PubSub.broadcast("news", "t", 1)
        served.append("published")

    @inside
    def scene() -> None:
        start()

        def take(name: str) -> None:
            PubSub.subscribe("news", "t")
            process.receive()
            served.append(name)

        for name in "abcd":
            process.spawn(take, name)
        settle()
        process.spawn(publish_and_say)
        settle()

    scene()
    assert served == ["a", "b", "c", "d", "published"]


def test_who_publishes_can_be_left_out(news: list[SimNode]) -> None:
    pid, mine = subscriber(news[0], "t")
    others = [subscriber(each, "t")[1] for each in news]
    for each in news[:2]:
        each.run(PubSub.broadcast_from, "news", pid, "t", each.name)
    news[0].world.advance(1)
    assert (mine, [sorted(map(str, heard)) for heard in others]) == ([], [["a@h", "b@h"]] * 3)


def test_a_broadcast_can_stay_on_a_node_or_go_to_one(news: list[SimNode]) -> None:
    heard = [subscriber(each, "t")[1] for each in news]
    news[0].run(PubSub.local_broadcast, "news", "t", "here")
    news[0].run(PubSub.direct_broadcast, news[1].name, "news", "t", "there")
    news[0].run(PubSub.direct_broadcast, news[0].name, "news", "t", "myself")
    news[0].world.advance(1)
    assert heard == [["here", "myself"], ["there"], []]


def test_who_subscribes_twice_is_sent_it_twice_and_one_unsubscribe_ends_both(news: list[SimNode]) -> None:
    def begin() -> object:
        PubSub.subscribe("news", "t")
        PubSub.subscribe("news", "t")
        PubSub.broadcast("news", "t", "rain")
        twice = process.flush()
        PubSub.unsubscribe("news", "t")
        PubSub.unsubscribe("news", "t")
        PubSub.broadcast("news", "t", "sun")
        return twice

    assert hearing(news[0], begin)[1] == [["rain", "rain"]]


def test_a_subscriber_that_ends_is_cleaned_away(news: list[SimNode]) -> None:
    pid, _ = subscriber(news[0], "t", "u")
    end(news[0], pid)
    assert news[0].run(Registry.count, "news") == 0
    publish(news[1], "rain")


def test_a_node_that_joins_late_or_is_lost_is_reached_or_missed(world: World, news: list[SimNode]) -> None:
    news[2].crash()
    world.advance(20)
    late = mesh(world, "d")
    late[0].run(node.connect, news[0].name)
    serve(late)
    heard = [subscriber(each, "t")[1] for each in (news[0], news[1], late[0])]
    sent = posts(news[0])
    publish(news[0], "rain")
    assert (heard, sent) == ([["rain"]] * 3, [Kind.SEND] * 2)


def test_an_event_that_cannot_travel_is_told_and_sent_to_nobody(news: list[SimNode]) -> None:
    heard = subscriber(news[0], "t")[1]
    with pytest.raises(TypeError, match="pickle"):
        news[0].run(PubSub.broadcast, "news", "t", (number for number in range(3)))
    assert heard == []


def start() -> Pid:
    """A `PubSub` in a node of its own."""
    pg.start()
    return PubSub.start_link("news")


@inside
def test_a_supervisor_starts_it_and_the_name_is_taken() -> None:
    pg.start()
    Supervisor.start_link([(PubSub, "news"), (PubSub, "more")])
    with pytest.raises(AlreadyStarted):
        PubSub.start_link("news")


@inside
def test_a_subscriber_ends_with_the_server_as_it_would_wait_for_ever() -> None:
    process.trap_exit()
    server = start()
    process.unlink(server)
    process.spawn_link(lambda: (PubSub.subscribe("news", "t"), process.receive()))
    settle()
    process.exit(server, "kill")
    settle()
    assert [message[2] for message in process.flush()] == ["killed"]


BAD: list[tuple[Callable[[], object], type[Exception], str]] = [
    (lambda: PubSub.subscribe("no such", "t"), NoProcess, "no such"),
    (lambda: PubSub.broadcast("no such", "t", 1), NoProcess, "no such"),
    (lambda: PubSub.broadcast("pg", "t", 1), NoProcess, "pg"),
    (lambda: PubSub.subscribe("news", 7), TypeError, "a topic is a str"),  # type: ignore[arg-type]
    (lambda: PubSub.direct_broadcast("a@host", "news", None, 1), TypeError, "a topic is a str"),  # type: ignore[arg-type]
    (lambda: PubSub.direct_broadcast("nonsense", "news", "t", 1), ValueError, "bad node name"),
    (lambda: PubSub.start_link(""), ValueError, "a registered name"),
]


@pytest.mark.parametrize(("act", "kind", "text"), BAD)
@inside
def test_bad_input_is_told(act: Callable[[], object], kind: type[Exception], text: str) -> None:
    start()
    with pytest.raises(kind, match=text):
        act()


@inside
def test_without_a_scope_there_is_no_pubsub() -> None:
    with pytest.raises(NoProcess, match="pg"):
        PubSub.start_link("news")


@pytest.mark.parametrize("message", ["hello", ("publish", 7, "t", None), ("publish",), None])
@inside
def test_a_message_that_means_nothing_does_no_harm(message: object) -> None:
    server = start()
    send(server, message)
    settle()
    assert process.whereis("news") == server


STEPS = st.lists(
    st.tuples(st.sampled_from(["subscribe", "unsubscribe", "publish"]), st.integers(0, 3), st.sampled_from("tu")),
    max_size=25,
)


@settings(max_examples=30)
@given(STEPS)
def test_each_process_is_sent_what_a_table_of_subscriptions_says(steps: list[tuple[str, int, str]]) -> None:
    world = World()
    nodes = serve(mesh(world, "ab"))
    orders: list[tuple[Pid, Heard]] = []
    for number in range(4):
        heard: Heard = []

        def body(heard: Heard = heard) -> None:
            while True:
                message = process.receive()
                if isinstance(message, tuple):
                    act, topic = message
                    act("news", topic)
                else:
                    heard.append(message)

        orders.append((nodes[number % 2].run(process.spawn, body), heard))
    expected: list[list[int]] = [[] for _ in orders]
    subscribed: list[list[str]] = [[] for _ in orders]
    for event, (kind, who, topic) in enumerate(steps):
        at = nodes[who % 2]
        if kind == "publish":
            publish(at, event, topic)
            for sent, topics in zip(expected, subscribed, strict=True):
                sent.extend([event] * topics.count(topic))
        else:
            at.run(process.send, orders[who][0], (getattr(PubSub, kind), topic))
            world.settle()
            mine = subscribed[who]
            subscribed[who] = [*mine, topic] if kind == "subscribe" else [each for each in mine if each != topic]
    assert [heard for _, heard in orders] == expected
