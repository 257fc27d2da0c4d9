"""Application: a program whose supervision tree is one list.

Here how it and what it needs are started. `application_root` has the process that it then is, and
`applications` what is asked of those that run. Follows OTP's `application`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

from ..errors import AlreadyStarted
from ..terms import MAX_NAME
from .application_root import PREFIX, Root, RunningApplication, StartType, is_running, root_of
from .child import Child, ChildSpec, require
from .dependencies import start_order
from .gen_server import GenServer
from .restart import AutoShutdown, Strategy


class Application:
    """Subclass it and list the children. Settings are in `env`, or attributes of an instance's own.

    Attributes:
        name: registers the top supervisor on its node.
        strategy, max_restarts, max_seconds, auto_shutdown: as for `Supervisor.start_link`.
        applications: those that it needs, classes or instances. They are started before it, where they
            do not run already.
        env: settings by name; the class has the defaults, and `start` may be given others. In an
            instance it has all of them.

    >>> from pybeam import GenServer, Supervisor
    >>> class Greeter(GenServer):
    ...     def init(self, greeting):
    ...         self.greeting = greeting
    >>> class Hello(Application):
    ...     env = {"greeting": "hello"}
    ...     def children(self):
    ...         return [(Greeter, self.env["greeting"])]
    >>> running = Hello().start({"greeting": "good day"})
    >>> len(Supervisor.which_children(running.pid))
    1
    >>> running.stop()
    """

    name: str | None = None
    strategy: Strategy = "one_for_one"
    max_restarts: int = 3
    max_seconds: float = 5.0
    auto_shutdown: AutoShutdown = "never"
    applications: Sequence[type[Application] | Application] = ()
    env: Mapping[str, Any] = {}

    def children(self) -> Iterable[Child]:
        """The children of the top supervisor, in the order of their start."""
        raise NotImplementedError(f"{type(self).__qualname__} does not say what its children are")

    def before_start(self) -> None:
        """Called before the children are started. What it raises, `start` raises."""

    def after_stop(self) -> None:
        """Called once the top supervisor has ended, and so its children; only after `before_start`."""

    def start(self, env: Mapping[str, Any] | None = None, *, type: StartType = "temporary") -> RunningApplication:
        """Start it, and before it what it needs. It ends when it is stopped or gives up, and not with
        its caller.

        Args:
            env: settings that override the class's.
            type: what follows when it ends by itself: `"temporary"` nothing; `"permanent"` all other
                applications are stopped, and the node; `"transient"` the same, unless it ended `"normal"`.
                Holds for what is started with it, too.

        Raises:
            AlreadyStarted: it runs on this node, or is being started; has a pid of it.
            TypeError, ValueError: an argument makes no sense, or applications need each other in a circle.
            Exception: what `before_start`, `children` or the start of a child raised, of this one or of
                one that it needs. What had been started has been stopped again.
        """
        return start_application(self, env, type=type)

    def child_spec(self) -> ChildSpec:
        """How a supervisor starts it, as a part of a larger program."""
        return ChildSpec(
            type(self),
            lambda: GenServer.start_link(Root, self, RunningApplication(self)),
            shutdown=None,
            type="supervisor",
        )


def start_application(
    application: Application | type[Application],
    env: Mapping[str, Any] | None = None,
    *,
    type: StartType = "temporary",
) -> RunningApplication:
    """`Application.start`, also for a class, of which it makes an instance without arguments."""
    wanted = instance_of(application)
    return bring_up(wanted, env, type)[-1]


def bring_up(wanted: Application, env: Mapping[str, Any] | None, type: StartType) -> list[RunningApplication]:
    """Start `wanted` and what it needs.

    Returns:
        Those that did not run before, in the order of their start.
    """
    require(type, get_args(StartType), "type")
    order = start_order(wanted, lambda one: map(instance_of, one.applications), name_of)
    started: list[RunningApplication] = []
    for one in order:
        if one is not wanted and is_running(name_of(one)):
            continue
        try:
            started.append(_start_one(one, env if one is wanted else None, type))
        except BaseException as error:
            for running in reversed(started):
                running.stop()
            if one is not wanted:
                error.add_note(f"Raised as {name_of(one)} was started, which {name_of(wanted)} needs.")
            raise
    return started


def _start_one(application: Application, env: Mapping[str, Any] | None, type: StartType) -> RunningApplication:
    if (root := root_of(name_of(application))) is not None:
        raise AlreadyStarted(root.running.pid if root.runs else root._process.pid)
    application.env = _merged(application, env)
    running = RunningApplication(application, type)
    GenServer.start(Root, application, running, name=PREFIX + name_of(application))
    return running


def _merged(application: Application, env: Mapping[str, Any] | None) -> dict[str, Any]:
    given = {} if env is None else env
    for settings in (application.env, given):
        if not isinstance(settings, Mapping) or not all(isinstance(key, str) for key in settings):
            raise TypeError(f"the settings of an application are a dict with names as keys, not {settings!r}")
    return {**application.__class__.env, **application.env, **given}


def instance_of(application: object) -> Application:
    """The application itself, or an instance of the class.

    Raises:
        TypeError: it is neither.
    """
    if isinstance(application, type) and issubclass(application, Application):
        application = application()
    if not isinstance(application, Application):
        raise TypeError(f"an Application is needed here, an instance or a subclass, not {application!r}")
    return application


def name_of(application: Application | type[Application]) -> str:
    """The name of an application: that of its class, `module:Class`. One of a class runs on a node."""
    kind = application if isinstance(application, type) else application.__class__
    return f"{kind.__module__}:{kind.__qualname__}"[-(MAX_NAME - len(PREFIX)) :]
