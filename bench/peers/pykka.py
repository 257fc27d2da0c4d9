"""pykka: actors of one OS process, each a thread. It has no network."""

from __future__ import annotations

from importlib.metadata import version

import pykka

from bench.side import REQUEST, serve, timed


class Echo(pykka.ThreadingActor):
    """Answers each request with itself."""

    def on_receive(self, message: object) -> object:
        return message


def main() -> None:
    echo = Echo.start()
    tasks = {
        "call_local": lambda count: timed(count, lambda: echo.ask(REQUEST)),
        "spawn": lambda count: timed(count, lambda: Echo.start().stop()),
    }
    try:
        serve(tasks, version("pykka"))
    finally:
        pykka.ActorRegistry.stop_all()


if __name__ == "__main__":
    main()
