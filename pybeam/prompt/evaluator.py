"""What a node does for a prompt that looks at it from another: sessions that evaluate what is typed there.

A session is a server of this node. What it is given is evaluated on a thread, which is a process of this
node like any, so that an endless loop typed at a prompt holds up neither the node nor its own interruption.
What the thread prints goes to the prompt; what it computes stays here. With the prompt's process, or the
connection to it, the session ends, and leaves nothing behind.
"""

from __future__ import annotations

import linecache
from contextlib import suppress
from pprint import pprint
from typing import Any, NamedTuple, NoReturn

from .. import process
from ..errors import PybeamError, text_of
from ..otp.directives import NoReply, Reply, Stop
from ..otp.endings import down_ref
from ..otp.gen_server import GenServer
from ..runtime.interrupt import Place, interrupt, place_of
from ..runtime.signals import From
from ..terms import Pid, Ref
from . import at_hand
from .evaluation import completions, evaluate, packed
from .outlet import Outlet, share_streams, unshare_streams

PATIENCE = 1.0
"""Seconds that an interrupted evaluation has to end; then it is left behind."""

LEFT_BEHIND = "KeyboardInterrupt: left behind in code that cannot be interrupted; it ends when that returns"


class Output(NamedTuple):
    """Sent to the prompt: what evaluation `number` has printed."""

    number: int
    text: str


class Done(NamedTuple):
    """Sent to the prompt: evaluation `number` has ended. A value is to be asked for; its `repr` is here."""

    number: int
    kind: str
    text: str


class _GiveUp(NamedTuple):
    """For the session: the time that the interrupted evaluation `number` had to end is up."""

    number: int


class _Task(NamedTuple):
    """For the thread: what to evaluate."""

    number: int
    text: str


def open_session(prompt: Pid) -> Pid:
    """Start a session on this node for the process `prompt`."""
    pid: Pid = GenServer.start(Session, prompt)
    return pid


def namespace() -> dict[str, Any]:
    """What is at hand here."""
    here = {"input": _no_input, "exit": _leave, "quit": _leave, "__name__": "__main__"}
    return at_hand.namespace(pprint) | here


def _no_input(prompt: object = "", /) -> str:
    """In the place of `input`, which would take what is typed in this node's own terminal."""
    raise EOFError("a remote prompt has no input to read")


def _leave(code: object = None) -> NoReturn:
    """In the place of `exit`, which would close this node's input."""
    raise SystemExit(code)


class Session(GenServer):
    """One prompt's: keeps its names, and the thread that evaluates for it."""

    _worker: _Worker
    _worker_watch: Ref | None
    _place: Place | None

    def init(self, prompt: Pid) -> None:
        self._prompt = prompt
        self._names = namespace()
        self._busy: int | None = None
        self._value: bytes | None = None
        self._waiting: list[_Task] = []
        self._files: list[str] = []
        self._prompt_watch = process.monitor(prompt)
        share_streams()
        self._hire()

    def handle_call(self, request: Any, from_: From) -> Any:
        match request:
            case ("complete", word):
                process.spawn(_complete, from_, word, self._names)
                return NoReply()
            case "value":
                value, self._value = self._value, None
                return Reply(value)
        return super().handle_call(request, from_)

    def handle_cast(self, message: Any) -> Any:
        match message:
            case ("evaluate", int(number), str(text)):
                self._waiting.append(_Task(number, text))
                self._go_on_evaluating()
            case ("ready", _Worker() as worker, Place() as place) if worker is self._worker:
                self._place, self._worker_watch = place, process.monitor(place.pid)
                self._go_on_evaluating()
            case ("idle", _Worker() as worker, value) if worker is self._worker:
                self._value, self._busy = value, None
                self._go_on_evaluating()
            case ("interrupt", int(number)):
                self._interrupt(number)

    def handle_info(self, message: Any) -> Any:
        ref = down_ref(message)
        if ref == self._prompt_watch:
            return Stop()
        if ref is not None and ref == self._worker_watch:
            self._replace_worker(f"the process that evaluated this was ended: {text_of(message[4])}")
        elif isinstance(message, _GiveUp) and message.number == self._busy:
            self._replace_worker(LEFT_BEHIND)
        return None

    def terminate(self, reason: Any) -> None:
        self._leave_behind()
        unshare_streams()
        for file in self._files:
            linecache.cache.pop(file, None)

    def _hire(self) -> None:
        self._busy, self._place, self._worker_watch = None, None, None
        self._worker = _Worker(self._process.pid, self._prompt, self._names)
        self._process.runtime.workers.submit(self._worker.work)

    def _go_on_evaluating(self) -> None:
        if self._place is not None and self._busy is None and self._waiting:
            task = self._waiting.pop(0)
            self._busy = task.number
            self._files.append(file_of(self._process.pid, task.number))
            process.send(self._place.pid, task)

    def _interrupt(self, number: int) -> None:
        # The prompt waits for a `Done` whatever has become of the evaluation meanwhile.
        if number != self._busy or self._place is None:
            self._waiting = [task for task in self._waiting if task.number != number]
            self._tell(Done(number, "raised", "KeyboardInterrupt"))
            return
        interrupt(self._process.runtime, self._place)
        process.send_after(self._process.pid, _GiveUp(number), PATIENCE)

    def _replace_worker(self, why: str) -> None:
        self._leave_behind()
        if self._busy is not None:
            self._tell(Done(self._busy, "raised", why))
        self._hire()

    def _leave_behind(self) -> None:
        self._worker.is_left = True
        if self._place is not None:
            if self._busy is not None:
                interrupt(self._process.runtime, self._place)
            process.exit(self._place.pid, "kill")

    def _tell(self, message: object) -> None:
        process.send(self._prompt, message)


def _complete(from_: From, word: str, names: dict[str, Any]) -> None:
    # On a thread: what a property of a stranger's takes would be taken from the whole node.
    GenServer.reply(from_, process.blocking(completions, word, names))


class _Worker:
    """The thread of a session, seen from itself.

    Attributes:
        is_left: set where nobody waits for it any more.
    """

    def __init__(self, session: Pid, prompt: Pid, names: dict[str, Any]) -> None:
        self._session = session
        self._prompt = prompt
        self._names = names
        self.is_left = False

    def work(self) -> None:
        """Evaluate one task after the other, until left."""
        with suppress(PybeamError):  # its process was ended, or the node
            self._watch = process.monitor(self._session)  # which may be killed, and could not tell
            GenServer.cast(self._session, ("ready", self, place_of(process.self())))
            while not self.is_left:
                with suppress(KeyboardInterrupt):  # one that came too late
                    self._evaluate(process.receive(self._concerns))

    def _concerns(self, message: Any) -> bool:
        return isinstance(message, _Task) or down_ref(message) == self._watch

    def _evaluate(self, task: _Task | tuple[Any, ...]) -> None:
        if not isinstance(task, _Task):  # that the session is down
            self.is_left = True
            return
        outlet = Outlet(lambda text: self._tell(Output(task.number, text)))
        with outlet:
            outcome = evaluate(task.text, self._names, file_of(self._session, task.number))
            # Here and not where it leaves: a large one would keep the node's scheduler for as long as it takes.
            value = packed(outcome.value) if outcome.kind == "value" else None
        if not self.is_left:
            GenServer.cast(self._session, ("idle", self, value))
            self._tell(Done(task.number, outcome.kind, outcome.text))

    def _tell(self, message: object) -> None:
        if not self.is_left:
            process.send(self._prompt, message)


def file_of(session: Pid, number: int) -> str:
    """Under which name tracebacks show what was typed as input `number`."""
    return f"<input {number} of {session!r}>"
