"""What every named node runs besides the processes of its user: `"rex"`, the usual `pg` scope, the name server.

Each is started again whenever it has ended: any node may end it, and this one could never be called
again. What `pg` and `global_` know of this node's own processes is kept
beside the server, so that the next one goes on with it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial

from . import global_, pg, rpc
from .errors import AlreadyStarted
from .groups import names
from .groups.claims import Claims
from .groups.members import Members
from .runtime.scheduler import Runtime
from .runtime.switch import running
from .terms import Pid


def start_services(runtime: Runtime) -> None:
    """Start them. Call it on the scheduler's thread, once the runtime has its name and network."""
    claims = Claims(runtime.name, runtime.creation)
    runtime.spawn(_keep, rpc.SERVER, rpc.start_server)
    runtime.spawn(_keep, pg.SCOPE, partial(pg.start, members=Members()))
    runtime.spawn(_keep, names.SERVER, partial(global_.start, claims))


def _keep(name: str, start: Callable[[], Pid]) -> None:
    """Run a server, and run it again whenever it has ended: the body of a process that never ends."""
    me = running()
    while not me.runtime.stopping:
        with suppress(AlreadyStarted):  # on a node that was used before it got its name
            start()
        ref = me.monitor(me.runtime.names.get(name), name)
        me.receive()  # that it is down; whatever else it be, to look again does no harm
        me.demonitor(ref, flush=True)
