"""Messages in the mailbox of a process that ends are gone; a second signal finds nobody."""

from pybeam import process
from tests.scenarios.trace import more, reason_of, say


def scenario() -> None:
    me = process.self()

    def body() -> None:
        process.receive(lambda message: message == "never")
        process.send(me, "went_on")

    pid = process.spawn(body)
    ref = process.monitor(pid)
    process.send(pid, "one")
    process.exit(pid, "first")
    process.exit(pid, "second")
    process.send(pid, "never")
    say(reason_of(ref))
    say(more())
