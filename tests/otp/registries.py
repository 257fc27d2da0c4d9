"""Registries of either kind, and somebody to be in them."""

from __future__ import annotations

from typing import Any

from pybeam.otp.registry import Registry
from pybeam.process import (
    receive,
    spawn,
)
from pybeam.terms import Pid
from pybeam.testing.inside import settle


def unique() -> Pid:
    return Registry.start_link(keys="unique", name="names")


def duplicate() -> Pid:
    return Registry.start_link(keys="duplicate", name="topics")


def registered(registry: str, key: Any, value: object = None) -> Pid:
    """A process that is registered and stays."""

    def stay() -> None:
        Registry.register(registry, key, value)
        receive()

    pid = spawn(stay)
    settle()
    return pid
