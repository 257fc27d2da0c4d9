"""A module's new source on one node: tried out in a module of its own, and put in the place of the old.

The old module and all that was made from it stay as they are for whoever holds them, as old code does on a
BEAM; what asks for the module by its name from then on gets the new one.
"""

from __future__ import annotations

import importlib.util
import linecache
import sys
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from importlib.machinery import ModuleSpec
from types import FunctionType, ModuleType
from typing import NamedTuple

VERSION = "__vsn__"
"""Where a loaded module without a `__version__` has its version."""


class Source(NamedTuple):
    """The source of a module, as it travels.

    Attributes:
        name: of the module, dotted.
        text: what is executed.
        file: where it was read, on the node that sends it.
        is_package: whether it is the `__init__` of a package.
    """

    name: str
    text: str
    file: str
    is_package: bool


def executed(source: Source) -> ModuleType:
    """A new module made from `source`, which nobody has yet.

    Raises:
        BaseException: what compiling or executing it raised. Nothing is changed.
    """
    name, old = source.name, sys.modules.get(source.name)
    fresh = importlib.util.module_from_spec(_spec(source, old))
    file = getattr(old, "__file__", None) or source.file
    code = compile(source.text, file, "exec", dont_inherit=True)
    # Under its name for as long as it is executed: dataclasses, for one, look their module up.
    sys.modules[name] = fresh
    try:
        exec(code, vars(fresh))
    finally:
        if old is not None:
            sys.modules[name] = old
        else:
            sys.modules.pop(name, None)
    vars(fresh).setdefault(VERSION, sha256(source.text.encode("utf-8", "surrogatepass")).hexdigest()[:16])
    return fresh


def install(fresh: ModuleType, source: Source) -> ModuleType | None:
    """Put `fresh` in the place of the module of its name, wherever a module holds that.

    Returns:
        The old module, if there was one.
    """
    name, old = source.name, sys.modules.get(source.name)
    sys.modules[name] = fresh
    package, _, child = name.rpartition(".")
    if package in sys.modules:
        setattr(sys.modules[package], child, fresh)
    for module, names in _namespaces():
        if module is not fresh and old is not None:
            for key in [key for key, value in list(names.items()) if value is old]:
                names[key] = fresh
    for other in [other for other in sys.modules if other.rpartition(".")[0] == name]:
        vars(fresh).setdefault(other.rpartition(".")[2], sys.modules[other])
    file = getattr(old, "__file__", None) or source.file
    linecache.cache[file] = (len(source.text), None, source.text.splitlines(keepends=True), file)
    return old


def version_of(module: ModuleType | None) -> object:
    """A module's `__version__`, or else the hash of the source that it was loaded from; None for neither."""
    return getattr(module, "__version__", None) or getattr(module, VERSION, None)


def found(module: ModuleType, qualname: str) -> object:
    """What a class's qualified name stands for in `module`.

    Raises:
        AttributeError: nothing.
    """
    value: object = module
    for part in qualname.split("."):
        value = getattr(value, part)
    return value


def stale(old: ModuleType) -> list[str]:
    """Where else functions and classes of `old` are: imported by `from m import f`, these stay old."""
    mine = {id(value) for value in vars(old).values() if _is_of(value, old.__name__, type, FunctionType)}
    return sorted(
        f"{module.__name__}.{key}"
        for module, names in _namespaces()
        if module is not old
        for key, value in list(names.items())
        if id(value) in mine
    )


def classes(module: ModuleType) -> Iterator[type]:
    """The classes that a module has made, nested ones too."""
    waiting = list(vars(module).values())
    seen = set[type]()
    while waiting:
        value = waiting.pop()
        if _is_of(value, module.__name__, type) and value not in seen:
            seen.add(value)
            waiting += vars(value).values()
            yield value


def _is_of(value: object, name: str, *kinds: type) -> bool:
    # By its type and not by `isinstance`, which asks the value: a proxy such as Flask's `request` raises then.
    return issubclass(type(value), kinds) and getattr(value, "__module__", None) == name


def _namespaces() -> Iterator[tuple[ModuleType, dict[str, object]]]:
    for module in list(sys.modules.values()):
        if issubclass(type(module), ModuleType):
            yield module, vars(module)


def _spec(source: Source, old: ModuleType | None) -> ModuleSpec:
    spec = getattr(old, "__spec__", None)
    if spec is None:
        with suppress(ImportError, ValueError):  # this node has no file of it
            spec = importlib.util.find_spec(source.name)
    return spec or ModuleSpec(source.name, None, origin=source.file, is_package=source.is_package)
