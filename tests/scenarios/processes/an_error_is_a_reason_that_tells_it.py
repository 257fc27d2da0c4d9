"""A process that raises ends with a reason that tells what was raised, with the trace of calls."""

from tests.scenarios.trace import fate, say


def scenario() -> None:
    def fails() -> None:
        raise RuntimeError("oops")

    say(fate(fails))
