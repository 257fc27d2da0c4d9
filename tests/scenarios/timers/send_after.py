"""send_after sends the message when the time has passed, once."""

from pybeam import Ref, process
from tests.scenarios.trace import more, say, take


def scenario() -> None:
    ref = process.send_after(process.self(), "tick", 0.02)
    say(isinstance(ref, Ref))
    say(more(0.005))
    say(take())
    say(more())
