"""What a prompt offers without an import: pybeam's public names, and `flush`."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from .. import process

PYBEAM = __name__.partition(".")[0]


def namespace(show: Callable[[Any], object]) -> dict[str, Any]:
    """The names, each with what it stands for.

    Args:
        show: shows one value, in the manner of the prompt.
    """
    package = importlib.import_module(PYBEAM)

    def flush() -> None:
        """Show the messages that have come for the process of this prompt, and take them away."""
        messages = process.flush()
        for message in messages:
            show(message)
        if not messages:
            print("(no messages)")

    return {name: getattr(package, name) for name in package.__all__} | {"flush": flush}
