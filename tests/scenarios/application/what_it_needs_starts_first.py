"""What an application needs is started before it, once; all that was started runs, and one is stopped alone."""

from __future__ import annotations

from typing import Any

from pybeam import Application, Atom, Pid, application, process, send
from tests.scenarios.trace import more, say, take


class Prog(Application):
    def __init__(self, told: Pid) -> None:
        self.told = told

    def before_start(self) -> None:
        send(self.told, ("start", short(type(self).__name__)))

    def after_stop(self) -> None:
        send(self.told, ("stop", short(type(self).__name__)))

    def children(self) -> list[Any]:
        return []


class Log(Prog):
    pass


class Store(Prog):
    pass


class Web(Prog):
    pass


def short(name: str) -> Atom:
    return Atom(name.rpartition(":")[2].lower())


def running() -> list[Atom]:
    return [short(info.name) for info in application.which_applications()]


def scenario() -> None:
    log, store, web = (kind(process.self()) for kind in (Log, Store, Web))
    store.applications = [log]
    web.applications = [store, log]
    say([*map(short, application.ensure_all_started(web))])
    for _ in range(3):
        say(take())
    say(more())
    say(running())
    say(("ok", application.ensure_all_started(web)))
    application.stop(store)
    say(take())
    say(running())
    say([*map(short, application.ensure_all_started(store))])
    say(take())
    for one in (web, store, log):
        application.stop(one)
    for _ in range(3):
        say(take())
    say(running())
