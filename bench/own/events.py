"""One event to a million subscribers on ten nodes, and a million messages on one node beside it.

`python -m bench.own.events` is the client; `python -m bench.own.events NAME CLIENT SUBSCRIBERS` is a
node with so many subscribers, which tells the client's collector when all of them have had an event.
"""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import ExitStack
from typing import Any

from bench.side import Readings, announce, serve, wait_for_end
from pybeam import GenServer, PubSub, node, process, start_node
from pybeam.process import run as in_process

CLIENT = "bench_events@127.0.0.1"
COLLECTOR = ("collector", CLIENT)
LIMIT = 120.0
"""Seconds that all subscribers have to be told."""

seen = [0, 0]
"""How many subscribers of this OS process have had the event, and how many are to."""


class Subscriber(GenServer):
    """Takes events; the last one of its OS process to do so says so."""

    def init(self, subscribed: bool) -> None:
        if subscribed:
            PubSub.subscribe("bench", "events")

    def handle_info(self, message: Any) -> None:
        seen[0] += 1
        if seen[0] % seen[1] == 0:
            process.send(COLLECTOR, "all")


def start_subscribers(count: int, *, subscribed: bool) -> list[Any]:
    seen[:] = [0, count]
    return [GenServer.start(Subscriber, subscribed) for _ in range(count)]


def collect(parts: int) -> None:
    for _ in range(parts):
        process.receive(lambda message: message == "all", timeout=LIMIT)


def messages(count: int) -> Readings:
    """Seconds for `count` messages to a hundred thousand processes of this node, each taken."""
    processes = min(count, 100_000)

    def loop() -> float:
        servers = start_subscribers(processes, subscribed=False)
        start = time.perf_counter()
        for _ in range(count // processes):
            for server in servers:
                process.send(server, "event")
            collect(1)
        taken = time.perf_counter() - start
        for server in servers:
            process.exit(server, "kill")
        return taken

    return {"taken": in_process(loop)}


def publish(count: int, nodes: int) -> Readings:
    """Seconds from publishing one event until `count` subscribers on so many nodes have had it."""
    with ExitStack() as stack:
        members = []
        for i in range(nodes):
            command = [sys.executable, "-m", "bench.own.events", f"bench_events_{i}@127.0.0.1", CLIENT]
            child = subprocess.Popen(
                [*command, str(count // nodes)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            stack.callback(child.communicate, "")
            members.append(child)
        for child in members:
            assert child.stdout is not None
            assert child.stdout.readline(), "a node with subscribers ended"
        return {"taken": in_process(_publish_once, nodes)}


def _publish_once(nodes: int) -> float:
    publisher = f"bench_events_{nodes - 1}@127.0.0.1"
    for _ in range(2):  # the first event pays for what is loaded and connected then
        start = time.perf_counter()
        node.spawn(publisher, PubSub.broadcast, "bench", "events", "event")
        collect(nodes)
        taken = time.perf_counter() - start
    return taken


def member(name: str, client: str, subscribers: int) -> None:
    with start_node(name):
        assert node.ping(client) == "pong", f"{client} does not answer"

        PubSub.start_link("bench")
        in_process(lambda: start_subscribers(subscribers, subscribed=True))
        announce(name)
        wait_for_end()


def main() -> None:
    if len(sys.argv) > 1:
        return member(sys.argv[1], sys.argv[2], int(sys.argv[3]))
    with start_node(CLIENT):
        process.register("collector", process.self())
        PubSub.start_link("bench")
        serve({"messages": messages, "publish": publish})


if __name__ == "__main__":
    main()
