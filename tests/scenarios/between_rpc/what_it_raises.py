"""What the function raises there is raised here."""

from pybeam import rpc
from tests.scenarios.trace import peers, say


def fails() -> None:
    raise RuntimeError("oops")


def scenario() -> None:
    [b] = peers(1)
    try:
        rpc.call(b, fails)
    except RuntimeError as error:
        say(str(error))
