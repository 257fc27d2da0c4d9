"""registered() lists the names."""

from pybeam import process
from tests.scenarios.trace import idle, say


def scenario() -> None:
    before = set(process.registered())
    process.register("zoe", process.self())
    process.register("adam", process.spawn(idle))
    say(sorted(set(process.registered()) - before))
