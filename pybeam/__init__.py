"""An Erlang-style distributed node runtime in pure Python: the public names, and no code."""

from . import application, code, global_, node, pg, process, rpc, sys
from .errors import (
    AlreadyStarted,
    BadRpc,
    CallTimeout,
    CodeError,
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
from .otp.agent import Agent
from .otp.application import Application
from .otp.child import ChildSpec
from .otp.directives import Continue, Fail, Forward, Ignore, NoReply, Reply, Stop
from .otp.dynamic_supervisor import DynamicSupervisor
from .otp.gen_server import GenServer
from .otp.partition_supervisor import PartitionSupervisor
from .otp.registry import Registry
from .otp.supervisor import Supervisor
from .otp.task import Task
from .otp.task_supervisor import TaskSupervisor
from .process import send, spawn
from .pubsub import PubSub
from .rpc import rpc_call
from .terms import Atom, Pid, Ref

__all__ = [
    "Agent",
    "AlreadyStarted",
    "Application",
    "Atom",
    "BadRpc",
    "CallTimeout",
    "ChildSpec",
    "CodeError",
    "Continue",
    "Crash",
    "DeadlockError",
    "DynamicSupervisor",
    "Fail",
    "Forward",
    "GenServer",
    "Ignore",
    "NoProcess",
    "NoReply",
    "NodeDown",
    "NodeStartError",
    "PartitionSupervisor",
    "Pid",
    "PubSub",
    "PybeamError",
    "ReceiveTimeout",
    "Ref",
    "Registry",
    "RemoteError",
    "Reply",
    "ServerDied",
    "Stop",
    "Stopped",
    "Supervisor",
    "Task",
    "TaskSupervisor",
    "application",
    "code",
    "global_",
    "node",
    "pg",
    "phash2",
    "process",
    "rpc",
    "rpc_call",
    "send",
    "spawn",
    "start_node",
    "stop_node",
    "sys",
]
