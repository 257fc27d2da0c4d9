"""A message to a name that nobody has: the BEAM raises badarg for a local name, and drops it for {name, node}.
Here both are dropped.
"""

from pybeam import node, process
from tests.scenarios.trace import outcome, say

difference = "send-to-an-unknown-name"
expected = ["sent", "sent"]


def sent_to(name: str | tuple[str, str]) -> str:
    process.send(name, "hello")
    return "sent"


def scenario() -> None:
    say(outcome(lambda: sent_to("nobody")))
    say(outcome(lambda: sent_to(("nobody", node.self()))))
