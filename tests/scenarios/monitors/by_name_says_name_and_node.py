"""DOWN of a monitor by name has {name, node} in the pid's place."""

from pybeam import node, process
from tests.scenarios.trace import idle, say, take


def scenario() -> None:
    pid = process.spawn(idle)
    process.register("watched", pid)
    ref = process.monitor("watched")
    process.exit(pid, "boom")
    say(take() == ("DOWN", ref, "process", ("watched", node.self()), "boom"))
