"""Exit signals reach processes of other nodes, and do there what they do at home."""

from pybeam import node, process
from tests.scenarios.trace import end_with, hand_on, idle, peers, say, take


def scenario() -> None:
    [b] = peers(1)
    for reason in ("boom", "shutdown", ("shutdown", "moved"), "kill"):
        say(end_with(node.spawn(b, idle), reason))
    me = process.self()
    trapping = node.spawn(b, hand_on, me)
    say(take())
    process.exit(trapping, "normal")
    say(take() == ("got", ("EXIT", me, "normal")))
    process.exit(trapping, "boom")
    say(take() == ("got", ("EXIT", me, "boom")))
    say(end_with(trapping, "kill"))
