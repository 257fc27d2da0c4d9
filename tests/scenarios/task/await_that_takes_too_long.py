"""await gives up after its timeout; the task goes on, and its late result does not reach the mailbox."""

from pybeam import Task, process
from tests.scenarios.trace import more, outcome, say, take


def scenario() -> None:
    def slow() -> str:
        process.sleep(0.2)
        process.send(me, "done")
        return "done"

    me = process.self()
    task = Task.async_(slow)
    say(outcome(lambda: Task.await_(task, 0.01)))
    say(take())
    say(more())
