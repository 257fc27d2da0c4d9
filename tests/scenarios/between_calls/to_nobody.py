"""A call to a name that nobody has there exits with noproc; to a node that is not there, with nodedown; a cast
does nothing.
"""

from pybeam import GenServer, node
from tests.scenarios.trace import end_with, idle, outcome, peers, say


def scenario() -> None:
    [b] = peers(1)
    remote = node.spawn(b, idle)
    say(end_with(remote, "boom"))
    say(outcome(lambda: GenServer.call(remote, "ask")))
    say(outcome(lambda: GenServer.call(("nobody", b), "ask")))
    say(outcome(lambda: GenServer.call(("nobody", "nowhere@127.0.0.1"), "ask")))
    GenServer.cast(("nobody", b), "tell")
    say("ok")
    GenServer.cast(("nobody", "nowhere@127.0.0.1"), "tell")
    say("ok")
