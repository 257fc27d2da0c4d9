"""Where a twin is performed on real nodes: what runs in the OS process of the first one.

The others live in OS processes of their own. What only the test can do, as it owns those, it is asked for.
"""

from __future__ import annotations

from queue import Empty, SimpleQueue
from typing import Any

from pybeam import GenServer, Pid, node, process, rpc
from tests.scenarios.catalogue import Scenario
from tests.scenarios.stage import OTHERS
from tests.scenarios.trace import Trace, idle

_orders: SimpleQueue[str] = SimpleQueue()


class LiveStage:
    """Real nodes, which run already."""

    def peers(self, count: int) -> list[str]:
        names = list(OTHERS[:count])
        for name in names:
            assert node.ping(name) == "pong"
        return names

    def halt(self, name: str) -> None:
        rpc.cast(name, "os:_exit", 0)

    def restart(self, name: str) -> None:
        process.register("restarts", process.self())
        _orders.put(name)
        process.receive(lambda message: message == ("restarted", name), timeout=20.0)
        process.unregister("restarts")
        assert node.ping(name) == "pong"


def perform(area: str, name: str) -> list[str]:
    """Run a twin in a process of this node; its trace."""
    GenServer.start(Trace, LiveStage(), name="trace")
    _, ref = process.spawn_monitor(_body, Scenario(area, name), process.self())
    outcome = process.receive()
    if outcome[0] == "DOWN":
        raise RuntimeError(f"{area}/{name} ended with {outcome[4]}")
    process.demonitor(ref, flush=True)
    lines: list[str] = outcome[1]
    return lines


def _body(scenario: Scenario, tell: Pid) -> None:
    scenario.perform()
    process.send(tell, ("lines", GenServer.call("trace", "lines")))
    idle()


def next_order() -> str | None:
    """The node that is to be started anew, if one is."""
    try:
        return _orders.get(timeout=0.05)
    except Empty:
        return None


def carried_out(name: str) -> Any:
    """Tell who asked that the node runs again."""
    process.send("restarts", ("restarted", name))
