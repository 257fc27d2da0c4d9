"""The topologies of a node under one supervisor, each with a worker of its own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from ..otp.child import ChildSpec
from ..otp.gen_server import GenServer
from ..otp.supervisor import Supervisor as _Supervisor
from ..terms import Pid
from .strategy import Mesh, Topology
from .worker import Worker


class Supervisor:
    """Discovery, as one child in an application's list.

    children = [(cluster.Supervisor, [Topology("mine", Hosts(names))], node, "mine.cluster"), ...]
    """

    @staticmethod
    def start_link(topologies: Sequence[Topology], mesh: Mesh, name: str | None = None) -> Pid:
        """Start it, linked to the calling process.

        Args:
            topologies: with different names.
            mesh: what connects and lists nodes: the module `pybeam.node`.
            name: registers the supervisor on this node.

        Raises:
            AlreadyStarted: the name is taken.
            Exception: what a strategy's `open` raised.
        """
        workers = [ChildSpec(each.name, partial(GenServer.start_link, Worker, each, mesh)) for each in topologies]
        return _Supervisor.start_link(workers, strategy="one_for_one", name=name)

    @classmethod
    def child_spec(cls, topologies: Sequence[Topology], mesh: Mesh, name: str | None = None) -> ChildSpec:
        """How a supervisor starts it when given `(Supervisor, topologies, mesh, name)`."""
        start = partial(cls.start_link, topologies, mesh, name)
        return ChildSpec(name or cls, start, shutdown=None, type="supervisor")
