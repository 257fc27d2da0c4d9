"""A server that traps exits gets the exit signal of anybody but its parent by handle_info."""

from typing import Any

from pybeam import GenServer, Pid, process
from tests.scenarios.trace import leave, say, take


class Tells(GenServer):
    def init(self, pid: Pid) -> None:
        process.trap_exit(True)
        self.pid = pid

    def handle_info(self, message: Any) -> None:
        process.send(self.pid, ("got", message[2]))


def link_and_leave(pid: Pid) -> None:
    process.link(pid)
    leave("bang")


def scenario() -> None:
    pid = GenServer.start(Tells, process.self())
    process.spawn(process.exit, pid, "boom")
    say(take())
    process.spawn(link_and_leave, pid)
    say(take())
    say(process.alive(pid))
