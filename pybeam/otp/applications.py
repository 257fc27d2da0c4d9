"""What is asked of the applications of a node: which run, what their settings are. OTP's `application` module."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ..errors import NoProcess
from ..terms import Pid
from .application import Application, bring_up, instance_of, name_of
from .application_root import Root, StartType, root_of, roots

AnyApplication = Application | type[Application] | str
"""An application: its class, an instance, or its name, `"module:Class"`."""


class ApplicationInfo(NamedTuple):
    """An application that runs.

    Attributes:
        name: `"module:Class"`.
        pid: its top supervisor.
        type: what follows when it ends by itself.
    """

    name: str
    pid: Pid
    type: StartType


def which_applications() -> list[ApplicationInfo]:
    """The applications that run on this node, in the order of their start."""
    return [_info(root) for root in roots()]


def ensure_all_started(
    application: Application | type[Application],
    env: Mapping[str, Any] | None = None,
    *,
    type: StartType = "temporary",
) -> list[str]:
    """Have an application run, and all that it needs. As `Application.start`, but harmless where it runs.

    Returns:
        The names of those that were started, in that order.
    """
    wanted = instance_of(application)
    if root_of(name_of(wanted)) is not None:
        return []
    return [name_of(running.application) for running in bring_up(wanted, env, type)]


def stop(application: AnyApplication) -> None:
    """Stop an application, and wait until it has ended. What it needs runs on.

    Raises:
        NoProcess: it does not run on this node, or is only being started.
    """
    root = _root(application)
    if not root.runs:
        raise NoProcess(_name(application))
    root.running.stop()


def get_env(application: AnyApplication, key: str, default: Any = None) -> Any:
    """A setting of an application; of one that does not run, its class's.

    Returns:
        `default` where there is no such setting.
    """
    return get_all_env(application).get(key, default)


def get_all_env(application: AnyApplication) -> dict[str, Any]:
    """All settings of an application, by name; of one that does not run, its class's."""
    root = root_of(_name(application))
    if root is not None:
        return dict(root.running.application.env)
    return {} if isinstance(application, str) else dict(application.env)


def set_env(application: AnyApplication, key: str, value: object) -> None:
    """Change a setting of an application that runs, until it ends. It is told nothing.

    Raises:
        NoProcess: it does not run on this node.
    """
    found = _root(application).running.application
    found.env = {**found.env, key: value}


def _root(application: AnyApplication) -> Root:
    root = root_of(_name(application))
    if root is None:
        raise NoProcess(_name(application))
    return root


def _name(application: AnyApplication) -> str:
    if isinstance(application, str):
        return application
    if isinstance(application, Application) or (isinstance(application, type) and issubclass(application, Application)):
        return name_of(application)
    raise TypeError(f"an Application is needed here, its class, an instance or its name, not {application!r}")


def _info(root: Root) -> ApplicationInfo:
    return ApplicationInfo(name_of(root.running.application), root.running.pid, root.running.type)
