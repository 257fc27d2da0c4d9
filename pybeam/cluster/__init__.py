"""Discovery: find the other nodes of a cluster and stay connected to them, as libcluster does."""

from .strategies.gossip import Gossip
from .strategies.hosts import Hosts
from .strategy import Mesh, Strategy, Topology
from .supervisor import Supervisor
from .udp import Group

__all__ = ["Gossip", "Group", "Hosts", "Mesh", "Strategy", "Supervisor", "Topology"]
