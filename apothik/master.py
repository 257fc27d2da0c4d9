"""The helpers of the prompt: ask or fill the cache through a node of one's choice.

The prompt's node runs no cache and is no part of the cluster: all goes by `rpc`, as in the story, but
for `fill`, which goes by the other node's door.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from typing import Any

from pybeam import GenServer, Ref, process, rpc

from .cluster import node_name
from .door import DOOR

REDRAWS_A_SECOND = 4


class Master:
    """`Master.put(1, "toto", 12)` puts through node 1, wherever the key belongs.

    A node that is down is a `NodeDown` that names it.
    """

    @staticmethod
    def stat(i: int) -> Any:
        """The number of entries that node `i` holds."""
        return rpc.call(node_name(i), "apothik.cache:stats")

    @staticmethod
    def get(i: int, k: object) -> Any:
        """The value of `k`, asked through node `i`."""
        return rpc.call(node_name(i), "apothik.cache:get", k)

    @staticmethod
    def put(i: int, k: object, v: object) -> Any:
        """Give `k` the value `v`, through node `i`."""
        return rpc.call(node_name(i), "apothik.cache:put", k, v)

    @staticmethod
    def delete(i: int, k: object) -> Any:
        """Forget `k`, through node `i`."""
        return rpc.call(node_name(i), "apothik.cache:delete", k)

    @staticmethod
    def fill(i: int, n: int, window: int = 1) -> str:
        """Put the pairs `("k_{i}_{j}", j)` for j = 1..n through the door of node `i`.

        On a terminal a progress bar shows how far it is. Ctrl-C ends it; what was put stays.

        Args:
            window: how many puts may be under way at once. 1 puts one after the other, in
                order; more go out in the order of j but may arrive in another.

        Returns:
            `"ok"`, once all are put.

        Raises:
            ValueError: `n` is negative, or `window` not at least 1.
            NodeDown, CallTimeout, NoProcess: of the first put that failed. Those before it
                have been put, and up to `window` others may have been.
        """
        if n < 0 or window < 1:
            raise ValueError(f"n is at least 0 and window at least 1, not {n!r} and {window!r}")
        door = DOOR, node_name(i)

        def put_each(numbers: Iterator[int]) -> None:
            for j in numbers:
                GenServer.call(door, ("put", f"k_{i}_{j}", j))

        _with_bar(n, lambda numbers: process.run(_share_all, put_each, numbers, min(window, n)))
        return "ok"


def _with_bar(n: int, act: Callable[[Iterator[int]], None]) -> None:
    """Give `act` the numbers 1 to n, and show on a terminal how many it has taken."""
    # Late: it takes a tenth of a second, which a prompt that fills nothing need not wait for.
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, TimeElapsedColumn

    console = Console()
    columns = (*Progress.get_default_columns()[:-1], MofNCompleteColumn(), TimeElapsedColumn())
    shown = bool(n) and console.is_terminal
    with Progress(*columns, console=console, disable=not shown, refresh_per_second=REDRAWS_A_SECOND) as bar:
        # The bar's own threads redraw it, seldom: one drawing takes as long as twenty puts.
        act(iter(bar.track(range(1, n + 1), description="fill", update_period=1 / REDRAWS_A_SECOND)))


def _share_all(work: Callable[[Iterator[int]], None], numbers: Iterator[int], workers: int) -> None:
    # Closed by who takes the numbers: after Ctrl-C another thread might find the generator at work.
    with closing(numbers):  # type: ignore[type-var]  # it is a generator, though declared an Iterable
        _share(work, numbers, workers)


def _share(work: Callable[[Iterator[int]], None], numbers: Iterator[int], workers: int) -> None:
    """Run `work` in so many processes, which take from the same `numbers`, and wait for them.

    Raises:
        Exception: the first one that was raised; no more numbers are taken then.
    """
    if workers <= 1:
        return work(numbers)
    failures: list[Exception] = []

    def until_failure() -> Iterator[int]:
        for j in numbers:
            if failures:
                return
            yield j

    def one() -> None:
        try:
            work(until_failure())
        except Exception as error:
            failures.append(error)

    started = [process.spawn_monitor(one) for _ in range(workers)]
    try:
        for _, ref in started:
            process.receive(partial(_is_down, ref))
    finally:  # Ctrl-C comes here too, and must leave neither workers nor their messages behind
        for pid, ref in started:
            process.demonitor(ref, flush=True)
            process.exit(pid, "kill")
    if failures:
        raise failures[0]


def _is_down(ref: Ref, message: object) -> bool:
    return isinstance(message, tuple) and len(message) == 5 and message[:2] == ("DOWN", ref)
