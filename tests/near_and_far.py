"""A server that counts, and stories about one that are told from its own node and again from another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pybeam.otp.directives import NoReply
from pybeam.otp.gen_server import GenServer
from pybeam.process import sleep
from pybeam.runtime.signals import From
from pybeam.terms import Pid
from pybeam.testing.world import World


class Counter(GenServer):
    def init(self, n: int = 0, box: Any = None) -> None:
        self.n = n
        self.box = box
        self.seen: list[Any] = []

    def handle_call(self, request: Any, from_: From) -> Any:
        if request == "later":
            GenServer.reply(from_, "now")
            return NoReply()
        self.n += request
        return self.n

    def handle_cast(self, message: Any) -> None:
        self.seen.append(message)

    def handle_info(self, message: Any) -> None:
        self.seen.append(message)


def both(story: Callable[[Any], None]) -> Callable[[], None]:
    """Run a story on the server's own node, and again from another; it is given the server to start."""

    def near_and_far() -> None:
        world = World()
        a, b = world.nodes("a@host", "b@host")
        for place in (b, a):

            def start(cls: type[GenServer], *args: Any) -> Pid:
                pids: list[Pid] = []
                b.spawn(lambda: pids.append(GenServer.start(cls, *args)))
                while not pids:
                    sleep(0.001)
                return pids[0]

            place.run(story, start)

    return near_and_far
