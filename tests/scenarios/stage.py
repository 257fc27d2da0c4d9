"""Where a twin is performed: simulated nodes on virtual time, so that no scenario takes any."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, cast

from pybeam import GenServer, node
from pybeam.runtime.switch import current
from pybeam.testing.world import SimNode, World
from tests.scenarios.trace import Trace

HERE = "here@127.0.0.1"
OTHERS = ("b@127.0.0.1", "c@127.0.0.1", "d@127.0.0.1")


class SimStage:
    """A node, and as many others as a scenario asks for.

    What makes or ends a node must not be done by a process of one: the process that asks for it
    is parked, and the loop outside does it.
    """

    def __init__(self) -> None:
        self.world = World()
        self.here = self.world.node(HERE)
        self._others: dict[str, SimNode] = {}
        self._orders: list[tuple[Callable[[], Any], Callable[[object], None]]] = []

    def peers(self, count: int) -> list[str]:
        names = list(OTHERS[:count])
        self._order(partial(self._start, names))
        for name in names:
            assert node.ping(name) == "pong"
        return names

    def halt(self, name: str) -> None:
        self._order(self._others[name].crash)

    def restart(self, name: str) -> None:
        self._order(partial(self._start, [name]))
        assert node.ping(name) == "pong"

    def _order(self, act: Callable[[], Any]) -> None:
        me = current()
        assert me is not None
        me.suspend(lambda resume: self._orders.append((act, resume)))

    def _start(self, names: list[str]) -> None:
        for name in names:
            self._others[name] = self.world.node(name)

    def perform(self, scenario: Callable[[], None]) -> list[str]:
        """Run a twin in a process of the first node.

        Returns:
            Its trace.

        Raises:
            BaseException: what ended it before its end.
        """
        outcome: list[list[str] | BaseException] = []

        def body() -> None:
            try:
                scenario()
                # Here and not when it has ended: what its end brings about is no part of the trace.
                outcome.append(cast(list[str], GenServer.call("trace", "lines")))
            except BaseException as error:
                outcome.append(error)

        self.here.run(partial(GenServer.start, Trace, self, name="trace"))
        self.here.spawn(body)
        while not outcome:
            self.world.run_until(lambda: bool(outcome or self._orders))
            while self._orders:
                act, resume = self._orders.pop(0)
                resume(act())
        if isinstance(outcome[0], BaseException):
            raise outcome[0]
        return outcome[0]
