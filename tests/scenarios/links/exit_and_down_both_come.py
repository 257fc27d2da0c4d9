"""Who links to a process and monitors it hears of its end twice: on a BEAM DOWN first or EXIT first is not
promised, but both come once.
"""

from pybeam import process
from tests.scenarios.trace import idle, more, say, take


def scenario() -> None:
    process.trap_exit(True)
    child, ref = process.spawn_monitor(idle)
    process.link(child)
    process.exit(child, "boom")
    got = [take(), take()]
    say(("EXIT", child, "boom") in got)
    say(("DOWN", ref, "process", child, "boom") in got)
    say(more())
