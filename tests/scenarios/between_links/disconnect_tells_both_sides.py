"""When a connection ends, both sides of a link hear noconnection, once, though both processes live."""

from typing import Any

from pybeam import Pid, node, process
from tests.scenarios.trace import collect, collected, hand_on, idle, peers, say, take


def link_to(pid: Pid, tell: Pid) -> None:
    process.link(pid)
    process.send(tell, "linked")
    idle()


def link_and_hand_on(pid: Pid, tell: Pid) -> None:
    process.link(pid)
    hand_on(tell)


def reasons(kept: Any) -> list[object]:
    return [message[2] for message in kept if message[0] == "EXIT"]


def scenario() -> None:
    [b] = peers(1)
    me = process.self()
    remote = node.spawn(b, collect)
    local = process.spawn(collect)
    node.spawn(b, link_to, local, me)
    say(take())
    process.spawn(link_and_hand_on, remote, me)
    say(take())
    node.disconnect(b)
    _, exit = take()
    say(exit == ("EXIT", remote, "noconnection"))
    say(reasons(collected(local)))
    node.connect(b)
    say(reasons(collected(remote)))
