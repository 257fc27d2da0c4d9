"""The applications of this node: start and stop them, which run, what their settings are. OTP's `application`.

`Application`, which programs subclass, says what one is.
"""

from __future__ import annotations

from .otp.application import Application, start_application
from .otp.application_root import RunningApplication, stop_all
from .otp.applications import (
    ApplicationInfo,
    ensure_all_started,
    get_all_env,
    get_env,
    set_env,
    stop,
    which_applications,
)

__all__ = [
    "Application",
    "ApplicationInfo",
    "RunningApplication",
    "ensure_all_started",
    "get_all_env",
    "get_env",
    "set_env",
    "start",
    "stop",
    "stop_all",
    "which_applications",
]

start = start_application
