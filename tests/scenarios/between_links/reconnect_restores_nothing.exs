# After a reconnect the old links stay gone: the end of the other process is no news any more.
import Trace

Process.flag(:trap_exit, true)
[b] = peers(1)
remote = Node.spawn_link(b, &collect/0)
settle()
Node.disconnect(b)
say(take() == {:EXIT, remote, :noconnection})
Node.connect(b)
say(end_with(remote, :kill))
say(more())
