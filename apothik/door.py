"""The door of one node: puts for any key come in here, and go on to the node that has the key."""

from __future__ import annotations

import logging
from typing import Any

from pybeam import Fail, Forward, GenServer
from pybeam.shown import shown

from .cache import addressed
from .store import BadRequest

log = logging.getLogger("apothik.door")

DOOR = "apothik.door"
"""Under which the process is registered on every node."""


class Door(GenServer):
    """Forwards `("put", key, value)` to the cache that has the key, which answers the caller itself.

    Who asks waits for three messages, where a process of this node that put and passed the answer
    on would make it four. The answer comes from the node of the key: that and the caller's must
    reach each other.
    """

    def handle_call(self, request: Any, from_: object) -> Any:
        try:
            match request:
                case ("put", key, value):
                    return Forward(*addressed(key, value))
                case _:
                    return Fail(BadRequest(f"the door takes puts, not {shown(request, 200)}"))
        except BaseException as error:  # a key's or a value's own methods may raise whatever they like
            return Fail(error if isinstance(error, Exception) else TypeError(f"the request raised {error!r}"))

    def handle_cast(self, message: Any) -> None:
        log.warning("dropped a cast, which the door has no use for: %s", shown(message))
