"""Settings have defaults; one that is set goes before its default until the application is gone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pybeam import Application, application
from tests.scenarios.trace import say


class Hello(Application):
    env: Mapping[str, Any] = {"greeting": "hello", "volume": 3}

    def children(self) -> list[Any]:
        return []


def scenario() -> None:
    say(application.get_env(Hello, "volume", 0))
    name = f"{Hello.__module__}:{Hello.__qualname__}"
    Hello().start({"greeting": "good_day"})
    say(application.get_env(name, "greeting"))
    say(application.get_env(name, "volume"))
    say(application.get_env(name, "nothing"))
    say(application.get_env(name, "nothing", 5))
    say(sorted(application.get_all_env(name).items()))
    application.set_env(name, "volume", 11)
    say(application.get_env(name, "volume"))
    application.stop(name)
    say(application.get_env(name, "volume", "gone"))
