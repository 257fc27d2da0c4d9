"""The info of a process tells its mailbox, links, monitors, name and whether it traps exits."""

from pybeam import process
from tests.scenarios.trace import idle, say, settle


def body() -> None:
    process.trap_exit(True)
    idle()


def scenario() -> None:
    pid = process.spawn(body)
    process.register("looked_at", pid)
    process.link(pid)
    process.monitor(pid)
    for number in (1, 2, 3):
        process.send(pid, number)
    settle()
    info = process.info(pid)
    assert info is not None
    say(info["message_queue_len"])
    say(info["links"] == [process.self()])
    say(info["monitored_by"] == [process.self()])
    say(info["registered_name"])
    say(info["trap_exit"])
    mine = process.info()
    say(mine is not None and mine["monitors"] == [pid])
