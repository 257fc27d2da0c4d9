"""A message to a name that nobody has, to a process that has ended or to a node that is not there is dropped."""

from typing import Any

from pybeam import node, process
from tests.scenarios.trace import end_with, idle, more, outcome, peers, say


def sent(dest: Any) -> str:
    process.send(dest, "hello")
    return "hello"


def scenario() -> None:
    [b] = peers(1)
    remote = node.spawn(b, idle)
    say(end_with(remote, "boom"))
    say(outcome(lambda: sent(remote)))
    say(outcome(lambda: sent(("nobody", b))))
    say(outcome(lambda: sent(("nobody", "nowhere@127.0.0.1"))))
    say(more())
