"""apothik's supervision tree."""

from __future__ import annotations

from typing import Any

from pybeam import Application, cluster, node

from .cluster import node_list
from .door import DOOR, Door
from .server import NAME, CacheServer


class Apothik(Application):
    """What runs on each node of the cluster."""

    name = "apothik.supervisor"

    def children(self) -> list[Any]:
        topology = cluster.Topology("apothik_cluster_1", cluster.Hosts(node_list()))
        # Started in this order, stopped in the opposite one. The cache comes first: a node that
        # made itself known before its cache was up would be asked for keys and have no answer.
        return [
            CacheServer.child_spec(name=NAME),
            Door.child_spec(name=DOOR),
            (cluster.Supervisor, [topology], node, "apothik.cluster"),
        ]
