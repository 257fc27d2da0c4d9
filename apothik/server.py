"""The cache's process on one node: a GenServer around `store`, and nothing else."""

from __future__ import annotations

import logging
from typing import Any

from pybeam import Fail, GenServer, Reply
from pybeam.shown import shown

from .store import Store, step

log = logging.getLogger("apothik.cache")

NAME = "apothik.cache"
"""Under which the process is registered on every node."""


class CacheServer(GenServer):
    """Holds the entries of this node. Its requests are those of `store.step`.

    Nothing that is sent to it ends it, or one caller's mistake would cost everybody's entries.
    """

    def init(self) -> None:
        self.store: Store = {}

    def handle_call(self, request: Any, from_: object) -> Any:
        try:
            self.store, reply = step(self.store, request)
        except BaseException as error:  # a key's or a request's own methods may raise whatever they like
            return Fail(error if isinstance(error, Exception) else TypeError(f"the request raised {error!r}"))
        return Reply(reply)  # bare, a stored `Stop` would end the server, and every entry with it

    def handle_cast(self, message: Any) -> None:
        log.warning("dropped a cast, which the cache has no use for: %s", shown(message))

    def handle_info(self, message: Any) -> None:
        log.info("%s", shown(message))
