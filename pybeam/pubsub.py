"""Publish and subscribe over the cluster: what is published under a topic, every subscriber of it is sent.

The shape is `Phoenix.PubSub`'s. Each node that runs a `PubSub` of the same name has a server, which is a
registry of this node's subscribers and takes the other nodes' events; the servers are a group of `pg`.
So an event crosses to each other node once, however many subscribers it has there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from . import pg, process
from .groups.serving import Readable, serving
from .otp.child import ChildSpec
from .otp.gen_server import GenServer
from .otp.registry_server import RegistryServer
from .runtime.foreign import in_process
from .runtime.switch import running
from .terms import Pid, split_name

T = TypeVar("T")

BATCH = 2000
"""Subscribers that are served before other processes get their turn."""


class PubSub:
    """Functions of a `PubSub`, which is given by its name.

    What one process publishes, each subscriber is sent in that order. An event is sent at most once to each
    other node: who subscribes there while it is on its way may get it, and it is lost with the
    connection. On one node all subscribers get the same object.

    >>> from pybeam import process
    >>> server = PubSub.start_link("news")
    >>> PubSub.subscribe("news", "weather")
    >>> PubSub.broadcast("news", "weather", "rain")
    >>> process.receive()
    'rain'
    """

    @staticmethod
    def start_link(name: str) -> Pid:
        """Start this node's part of a `PubSub`, linked to the calling process.

        Raises:
            AlreadyStarted: the name is taken.
            NoProcess: the scope `"pg"` does not run on this node.
            ValueError: it is no name.
        """
        return GenServer.start_link(_Server, name=name)

    @staticmethod
    def child_spec(name: str) -> ChildSpec:
        """A `PubSub` as a supervisor's child: `(PubSub, "news")`."""
        return ChildSpec((PubSub, name), lambda: PubSub.start_link(name))

    @staticmethod
    def subscribe(pubsub: str, topic: str) -> None:
        """Have the calling process sent what is published under `topic`, until it ends or unsubscribes.

        Who subscribes twice is sent everything twice. It is linked to the server, as to a `Registry`:
        should that crash, it ends too, and does not wait for events that will not come.

        Raises:
            NoProcess: no such `PubSub` runs on this node.
            TypeError: the topic is no str.
        """
        _with(pubsub, topic, lambda server: server.enter(topic))

    @staticmethod
    def unsubscribe(pubsub: str, topic: str) -> None:
        """Take back all subscriptions of the calling process to `topic`. Errors: as for `subscribe`."""
        _with(pubsub, topic, lambda server: server.leave(topic))

    @staticmethod
    def broadcast(pubsub: str, topic: str, message: object) -> None:
        """Publish: the subscribers of all nodes are sent `message`.

        Raises:
            NoProcess, TypeError: as for `subscribe`.
            Exception: what pickling raised; nothing was sent.
        """
        _with(pubsub, topic, lambda server: server.publish_everywhere(topic, message, None))

    @staticmethod
    def broadcast_from(pubsub: str, sender: Pid, topic: str, message: object) -> None:
        """`broadcast` to all but the process `sender`."""
        _with(pubsub, topic, lambda server: server.publish_everywhere(topic, message, sender))

    @staticmethod
    def local_broadcast(pubsub: str, topic: str, message: object) -> None:
        """`broadcast` to the subscribers of this node."""
        _with(pubsub, topic, lambda server: server.publish(topic, message))

    @staticmethod
    def direct_broadcast(node: str, pubsub: str, topic: str, message: object) -> None:
        """`broadcast` to the subscribers of one node; to nobody where no such `PubSub` runs there.

        Raises:
            TypeError: the topic is no str.
            ValueError: the node's name is malformed.
            Exception: what pickling raised; nothing was sent.
        """
        split_name(node)
        _check(topic)
        process.send((pubsub, node), ("publish", topic, message, None))


class _Server(Readable, RegistryServer):
    """The server of one node, started under the name of the `PubSub`."""

    def init(self) -> None:  # type: ignore[override]  # how this registry is set up is settled here
        super().init("duplicate", (), {})
        self._group = "pubsub", self._process.name
        pg.join(self._group, self._process.pid)
        self.is_ready = True

    def enter(self, topic: str) -> None:
        """Subscribe the process that runs now."""
        assert self.table is not None
        self.add(self.table, running(), topic, None)

    def leave(self, topic: str) -> None:
        """Unsubscribe it."""
        assert self.table is not None
        self.remove(self.table, running(), topic, None)

    def publish_everywhere(self, topic: str, message: object, but: Pid | None) -> None:
        """To the others first: they have the longer way."""
        for other in self._others():
            process.send(other, ("publish", topic, message, but))
        self.publish(topic, message, but)

    def publish(self, topic: str, message: object, but: Pid | None = None) -> None:
        """Give a message to the subscribers of this node. In the process of whoever publishes."""
        assert self.table is not None
        runtime = running().runtime
        left_out = but.number if but is not None and but.creation == runtime.creation else 0
        for served, entry in enumerate(self.table.lookup(topic), 1):
            subscriber = runtime.processes.get(entry.owner)
            if subscriber is not None and entry.owner != left_out:
                runtime.deliver(subscriber, message)
            if served % BATCH == 0:
                process.sleep(0)

    def handle_info(self, message: Any) -> None:
        match message:
            case ("publish", str(topic), event, Pid() | None as but):
                self.publish(topic, event, but)
            case _:
                super().handle_info(message)

    def _others(self) -> Iterator[Pid]:
        here = self._process.runtime.creation
        return (pid for pid in pg.get_members(self._group) if pid.creation != here)


def _with(pubsub: str, topic: str, act: Callable[[_Server], T]) -> T:
    _check(topic)
    return in_process(lambda: act(serving(pubsub, _Server)))


def _check(topic: object) -> None:
    if not isinstance(topic, str):
        raise TypeError(f"a topic is a str, not {topic!r}")
