"""Calls whose answer is asked for later: `GenServer.call_async`, and calls to many nodes at once.

Follows OTP's `gen_server:send_request`, `wait_response` and `multi_call`. The answer never lies in
the mailbox: it goes to the promise, or to nobody when that has been dropped.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from math import inf
from typing import NoReturn

from ..errors import CallTimeout, DeadlockError, NodeDown, NoProcess
from ..runtime.calls import Dest, cast, locate, open_reply
from ..runtime.foreign import anywhere, in_process
from ..runtime.ports import Expired, Kind, Parcel, Target
from ..runtime.process import Process
from ..runtime.signals import Call, From, SealedError
from ..runtime.switch import current
from ..terms import split_name
from .deadline import checked, deadline_of


class Promise:
    """The answer to one `GenServer.call_async`, or what became of it.

    It belongs to the process that made it. Dropped, it leaves nothing behind; the request is
    carried out all the same.
    """

    __slots__ = ("__weakref__", "_maker", "_outcome", "_ref", "_server", "_target")

    def __init__(self, maker: Process, server: Dest, target: Process | Target | None) -> None:
        self._maker = maker
        self._ref = maker.runtime.next_ref()
        self._server = server
        self._target = target
        self._outcome: tuple[object, BaseException | None] | None = None

    def __repr__(self) -> str:
        return f"<promise of {self._server!r}, {'open' if self._outcome is None else 'done'}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a promise stays with the process that made it: send the result")

    def __del__(self) -> None:
        if isinstance(self._target, Target) and self._outcome is None:
            runtime = self._maker.runtime
            runtime.call_soon(partial(runtime.network.abandon, self._target.node, self._ref))

    def done(self) -> bool:
        """Whether `result` would return or raise at once."""
        return self._outcome is not None

    def result(self, timeout: float | None = 5.0) -> object:
        """Wait for the answer. It may be asked for again, also after a `CallTimeout`.

        Args:
            timeout: seconds from now; None waits for ever, 0 only looks.

        Returns:
            The reply.

        Raises:
            NoProcess, NodeDown, ServerDied: as for `GenServer.call`.
            CallTimeout: no answer in time; the promise stays open.
            DeadlockError: a server waits for its own answer, also by way of others.
            RuntimeError: another process has made this promise.
            ValueError: `timeout` is malformed.
        """
        return in_process(lambda: self._result(timeout))

    def _result(self, timeout: float | None) -> object:
        me = current()
        assert me is not None
        if me is not self._maker:
            raise RuntimeError(f"only the process that made a promise waits for it: {self._maker!r}, and not {me!r}")
        deadline = deadline_of(me.runtime, timeout)
        if self._outcome is None:
            self._wait(me, deadline, timeout)
        return self._open()

    def _wait(self, me: Process, deadline: float, timeout: float | None) -> None:
        target = self._target
        if target is me:
            raise DeadlockError(self._server)
        me.runtime.deadlocks.look_before_waiting(me, target, self._ref, self._server)
        me.calling = target
        try:
            # Not the number itself: resumed like a call, a thread that is interrupted just then would lose the answer.
            me.wait(-self._ref, deadline)
        except Expired:
            raise CallTimeout(self._server, timeout or 0.0) from None

    def _open(self) -> object:
        assert self._outcome is not None
        value, error = self._outcome
        if isinstance(error, SealedError):
            error = error.open()
        elif isinstance(value, Parcel):
            try:
                value = open_reply(value, self._server)
            except Exception as worse:
                error = worse
        self._outcome = value, error
        if error is not None:
            raise error
        return value

    def send(self, request: object) -> None:
        """Make the call; done once, by `call_async`."""
        runtime, target = self._maker.runtime, self._target
        if target is None or (isinstance(target, Process) and target.doom is not None):
            return self.settle(None, NoProcess(self._server))
        runtime.promises.keep(self._ref, self)
        if isinstance(target, Process):
            return runtime.deliver(target, Call(From(self._maker.pid, self._ref), request))
        try:
            runtime.network.post(Kind.CALL, target, self._ref, self._maker, request, inf)
        except (NodeDown, NoProcess) as gone:
            self.settle(None, gone)

    def settle(self, value: object, error: BaseException | None) -> None:
        """See `runtime.promises.Pending`."""
        self._outcome = value, error
        target, maker = self._target, self._maker
        if isinstance(target, Target) and not isinstance(value, Parcel):
            maker.runtime.network.abandon(target.node, self._ref)  # answered on this node, it may be open there yet
        if maker.waiting == -self._ref:
            maker.resume(None)


def call_async(server: Dest, request: object) -> Promise:
    """`GenServer.call_async`: send a request now, and ask for the answer later.

    What the caller sends the same server afterwards comes there after the request.

    Args:
        server, request: as for `GenServer.call`.

    Raises:
        ValueError: `server` is malformed.
        Exception: what pickling raised; nothing was sent. Everything else that can go wrong is
            raised by `result`.

    >>> from pybeam import GenServer
    >>> class Doubler(GenServer):
    ...     def handle_call(self, request, from_):
    ...         return 2 * request
    >>> pid = GenServer.start(Doubler)
    >>> promises = [GenServer.call_async(pid, n) for n in (1, 2, 3)]
    >>> [promise.result() for promise in promises]
    [2, 4, 6]
    >>> GenServer.stop(pid)
    """
    me = current()
    if me is None:
        return anywhere(call_async, server, request)
    promise = Promise(me, server, locate(me.runtime, server))
    promise.send(request)
    return promise


def multi_call(
    nodes: Iterable[str], name: str, request: object, timeout: float | None = None
) -> tuple[list[tuple[str, object]], list[str]]:
    """`GenServer.multi_call`: call the servers of one name on many nodes, all at once.

    Args:
        nodes: names of nodes; this node's own may be among them.
        timeout: seconds for all of them together; None waits for ever.

    Returns:
        `(replies, bad_nodes)`, both in the order of `nodes`: a `(node, reply)` for each that
        answered, and the names of those that did not, because the node cannot be reached, has no such
        server, or the call failed or took too long. A late answer is dropped.

    Raises:
        ValueError: a node's name, `name` or `timeout` is malformed; nothing was sent.
        Exception: what pickling raised.

    >>> from pybeam import GenServer, node
    >>> GenServer.multi_call([node.self()], "nobody", "hello")
    ([], ['nonode@nohost'])
    """
    places = _places(nodes, name)
    checked(timeout)
    return in_process(lambda: _multi_call(places, request, timeout))


def _multi_call(
    places: list[tuple[str, str]], request: object, timeout: float | None
) -> tuple[list[tuple[str, object]], list[str]]:
    me = current()
    assert me is not None
    now, deadline = me.runtime.now, deadline_of(me.runtime, timeout)
    replies: list[tuple[str, object]] = []
    bad: list[str] = []
    for place, promise in [(place, call_async(place, request)) for place in places]:
        try:
            replies.append((place[1], promise.result(None if deadline == inf else max(0.0, deadline - now()))))
        except Exception:
            bad.append(place[1])
    return replies, bad


def abcast(nodes: Iterable[str], name: str, message: object) -> None:
    """`GenServer.abcast`: cast to the servers of one name on many nodes. Nobody says who got it.

    Args, errors: as for `multi_call`.
    """
    places = _places(nodes, name)

    def tell() -> None:
        for place in places:
            cast(place, message)

    in_process(tell)


def _places(nodes: Iterable[str], name: str) -> list[tuple[str, str]]:
    if isinstance(nodes, (str, bytes)):
        raise ValueError(f"names of nodes are a list of str, not {nodes!r}")
    if not isinstance(name, str):
        raise ValueError(f"the servers have a name, a str, not {name!r}")
    places = [(name, node) for node in nodes]
    for place in places:
        split_name(place[1])
    return places
