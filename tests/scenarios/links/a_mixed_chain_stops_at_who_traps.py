"""A crash runs along a chain of links up to the process that traps exits."""

from pybeam import Pid, process
from tests.scenarios.trace import idle, say, take


def link_to(pid: Pid, tell: Pid) -> None:
    process.link(pid)
    process.send(tell, "linked")
    idle()


def guard_of(pid: Pid, tell: Pid) -> None:
    process.trap_exit(True)
    process.link(pid)
    process.send(tell, "linked")
    process.send(tell, ("got", take()))
    idle()


def scenario() -> None:
    me = process.self()
    last = process.spawn(idle)
    middle = process.spawn(link_to, last, me)
    say(take())
    guard = process.spawn(guard_of, middle, me)
    say(take())
    process.exit(last, "boom")
    say(take() == ("got", ("EXIT", middle, "boom")))
    say(process.alive(guard))
