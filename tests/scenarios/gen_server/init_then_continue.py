"""What init continues with comes before any message, even one that was sent while init ran."""

from pybeam import Continue, GenServer, process
from tests.scenarios.trace import say


class Eager(GenServer):
    def init(self) -> Continue:
        self.seen: list[object] = []
        process.send(process.self(), "message")
        return Continue("first")

    def handle_continue(self, step: str) -> Continue | None:
        self.seen.append(step)
        return Continue("second") if step == "first" else None

    def handle_info(self, message: object) -> None:
        self.seen.append(message)

    def handle_call(self, request: object, from_: object) -> list[object]:
        return self.seen


def scenario() -> None:
    pid = GenServer.start(Eager)
    say(GenServer.call(pid, "seen"))
