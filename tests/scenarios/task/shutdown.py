"""shutdown ends a task that still runs, and gives the result of one that has ended."""

from pybeam import Task, process
from tests.scenarios.trace import idle, say, settle


def scenario() -> None:
    process.trap_exit(True)
    running = Task.async_(idle)
    say(Task.shutdown(running))
    assert running.pid is not None
    say(process.alive(running.pid))
    done = Task.async_(lambda: "done")
    settle()
    say(Task.shutdown(done))
    killed = Task.async_(idle)
    say(Task.shutdown(killed, "brutal_kill"))
    assert killed.pid is not None
    say(process.alive(killed.pid))
