"""To who traps exits, every exit signal but kill is a message that names its sender."""

from pybeam import process
from tests.scenarios.trace import hand_on, say, take


def scenario() -> None:
    me = process.self()
    pid = process.spawn(hand_on, me)
    say(take())
    for reason in ("normal", "boom", "shutdown", "killed"):
        process.exit(pid, reason)
        say(take() == ("got", ("EXIT", me, reason)))
    say(process.alive(pid))
