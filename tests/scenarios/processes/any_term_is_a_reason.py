"""Any term is an exit reason."""

from tests.scenarios.trace import fate, leave, say


def scenario() -> None:
    for reason in ("boom", ("shutdown", 1), [1, 2], 42, "two words", None, {"why": "so"}):
        say(fate(leave, reason))
