"""An Erlang-style distributed node runtime in pure Python: the public names, and no code."""

from . import node, process, rpc
from .errors import (
    AlreadyStarted,
    BadRpc,
    CallTimeout,
    Crash,
    DeadlockError,
    NodeDown,
    NodeStartError,
    NoProcess,
    PybeamError,
    ReceiveTimeout,
    RemoteError,
    ServerDied,
    Stopped,
)
from .hashing.phash2 import phash2
from .node import start_node, stop_node
from .otp.application import Application
from .otp.child import ChildSpec
from .otp.directives import Continue, Fail, NoReply, Reply, Stop
from .otp.gen_server import GenServer
from .otp.supervisor import Supervisor
from .process import send, spawn
from .rpc import rpc_call
from .terms import Atom, Pid, Ref

__all__ = [
    "AlreadyStarted",
    "Application",
    "Atom",
    "BadRpc",
    "CallTimeout",
    "ChildSpec",
    "Continue",
    "Crash",
    "DeadlockError",
    "Fail",
    "GenServer",
    "NoProcess",
    "NoReply",
    "NodeDown",
    "NodeStartError",
    "Pid",
    "PybeamError",
    "ReceiveTimeout",
    "Ref",
    "RemoteError",
    "Reply",
    "ServerDied",
    "Stop",
    "Stopped",
    "Supervisor",
    "node",
    "phash2",
    "process",
    "rpc",
    "rpc_call",
    "send",
    "spawn",
    "start_node",
    "stop_node",
]
