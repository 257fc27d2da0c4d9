"""In a chain of links, one crash ends all with the same reason."""

from pybeam import process
from tests.scenarios.trace import idle, reason_of, say, take


def scenario() -> None:
    me = process.self()
    last = process.spawn(idle)

    def chain(links: int) -> None:
        if links > 0:
            process.spawn_link(chain, links - 1)
        else:
            process.link(last)
            process.send(me, "linked")
        idle()

    first = process.spawn(chain, 3)
    say(take())
    ref = process.monitor(first)
    process.exit(last, "boom")
    say(reason_of(ref))
