"""A monitor by a name that nobody has there: noproc; on a node that is not there: noconnection."""

from pybeam import process
from tests.scenarios.trace import peers, say, take


def scenario() -> None:
    [b] = peers(1)
    process.monitor(("nobody", b))
    say(take())
    process.monitor(("nobody", "nowhere@127.0.0.1"))
    say(take())
