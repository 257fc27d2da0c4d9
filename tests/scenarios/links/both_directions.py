"""A link has no direction: the one that was linked to takes the other along as well."""

from pybeam import process
from tests.scenarios.trace import idle, leave, reason_of, say, take


def scenario() -> None:
    me = process.self()

    def body() -> None:
        process.send(me, process.spawn_link(idle))
        leave(process.receive())

    parent = process.spawn(body)
    ref = process.monitor(take())
    process.send(parent, "boom")
    say(reason_of(ref))
