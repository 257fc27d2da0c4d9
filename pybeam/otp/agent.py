"""Agent: a process that keeps a value, for functions that read and change it there.

Follows Elixir's `Agent`. The functions run in the agent's process, one at a time: a slow one keeps the
others waiting. On its own node the value is handed out by reference; read what you need of it inside.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from ..errors import NORMAL
from ..runtime.calls import Dest, call, cast
from ..runtime.signals import From
from ..runtime.via import Name
from ..terms import Pid
from .child import ChildSpec
from .directives import Reply
from .gen_server import GenServer


class Agent:
    """The functions of agents. An agent is given like any server: its pid, a name, `(name, node)`.

    A function that raises ends the agent, and its caller gets `ServerDied` with the exception in its
    reason: whether it had changed the value before, nobody could say.

    >>> agent = Agent.start(lambda: {"tea": 1})
    >>> Agent.update(agent, lambda stock: stock | {"milk": 2})
    >>> Agent.get(agent, sorted)
    ['milk', 'tea']
    >>> Agent.get_and_update(agent, lambda stock: (stock["tea"], stock | {"tea": 0}))
    1
    >>> Agent.stop(agent)
    """

    @staticmethod
    def start(fun: Callable[..., Any], *args: Any, name: Name | None = None) -> Pid:
        """Start an agent whose first value is what `fun(*args)` returns there.

        Raises:
            TypeError: `fun` cannot be called.
            AlreadyStarted: the name is taken.
            Exception: what `fun` raised.
        """
        return GenServer.start(AgentServer, _checked(fun), args, name=name)

    @staticmethod
    def start_link(fun: Callable[..., Any], *args: Any, name: Name | None = None) -> Pid:
        """`start`, linked to the calling process."""
        return GenServer.start_link(AgentServer, _checked(fun), args, name=name)

    @staticmethod
    def child_spec(fun: Callable[..., Any], *args: Any, name: Name | None = None) -> ChildSpec:
        """An agent as a supervisor's child, `(Agent, fun, *args)` in its list. Its id is its name, or else `Agent`."""
        return ChildSpec(name or Agent, partial(Agent.start_link, _checked(fun), *args, name=name))

    @staticmethod
    def get(agent: Dest, fun: Callable[..., Any], *args: Any, timeout: float | None = 5.0) -> Any:
        """What `fun(value, *args)` returns.

        Args:
            fun: for an agent of another node a function that pickles; lambdas do.
            timeout: seconds; None waits for ever.

        Raises:
            ServerDied: `fun` raised, and ended the agent; `reason.exception` is what it raised.
            TypeError: `fun` cannot be called.
            NoProcess, NodeDown, CallTimeout: as for `GenServer.call`.
        """
        return call(agent, ("get", _checked(fun), args), timeout)

    @staticmethod
    def update(agent: Dest, fun: Callable[..., Any], *args: Any, timeout: float | None = 5.0) -> None:
        """Make `fun(value, *args)` the value. Arguments and errors as for `get`."""
        call(agent, ("update", _checked(fun), args), timeout)

    @staticmethod
    def get_and_update(
        agent: Dest, fun: Callable[..., tuple[Any, Any]], *args: Any, timeout: float | None = 5.0
    ) -> Any:
        """Return the one and keep the other of what `fun(value, *args)` returns, `(answer, new_value)`.

        Arguments and errors as for `get`; a `fun` that returns anything else ends the agent too.
        """
        return call(agent, ("get_and_update", _checked(fun), args), timeout)

    @staticmethod
    def cast(agent: Dest, fun: Callable[..., Any], *args: Any) -> None:
        """`update` without waiting for it, nor hearing how it went."""
        cast(agent, (_checked(fun), args))

    @staticmethod
    def stop(agent: Dest, reason: object = NORMAL, timeout: float | None = None) -> None:
        """End an agent. As `GenServer.stop`."""
        GenServer.stop(agent, reason, timeout)


class AgentServer(GenServer):
    """The process of an agent.

    Attributes:
        state: its value.
    """

    state: Any

    def init(self, fun: Callable[..., Any], args: tuple[Any, ...]) -> None:
        self.state = fun(*args)

    def handle_call(self, request: tuple[str, Callable[..., Any], tuple[Any, ...]], from_: From) -> Reply:
        kind, fun, args = request
        result = fun(self.state, *args)
        if kind == "get":
            return Reply(result)
        if kind == "update":
            self.state = result
            return Reply(None)
        if not isinstance(result, tuple) or len(result) != 2:
            raise TypeError(f"get_and_update needs a function that returns (answer, new_value), not {result!r}")
        answer, self.state = result
        return Reply(answer)

    def handle_cast(self, message: tuple[Callable[..., Any], tuple[Any, ...]]) -> None:
        fun, args = message
        self.state = fun(self.state, *args)

    def handle_info(self, message: Any) -> None:
        """Nobody has anything to tell an agent."""

    def system_get_state(self) -> Any:
        """For `sys.get_state`: the value itself, as in Elixir."""
        return self.state

    def system_replace_state(self, fun: Callable[[Any], Any]) -> None:
        """For `sys.replace_state`."""
        self.state = fun(self.state)


def _checked(fun: Callable[..., Any]) -> Callable[..., Any]:
    if not callable(fun):
        raise TypeError(f"an agent is given functions, not {fun!r}")
    return fun
