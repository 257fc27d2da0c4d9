"""A task is awaited by its owner and nobody else."""

from pybeam import Task, process
from tests.scenarios.trace import outcome, say


def scenario() -> None:
    task = Task.async_(lambda: "done")
    me = process.self()
    process.spawn(lambda: process.send(me, outcome(lambda: Task.await_(task))))
    _, what = process.receive(lambda message: message[0] == "raised")
    say(what)
    say(Task.await_(task))
