# A link to a process of a node whose OS process ends: EXIT with noconnection.
import Trace

Process.flag(:trap_exit, true)
[b] = peers(1)
child = Node.spawn_link(b, &idle/0)
halt(b)
say(take() == {:EXIT, child, :noconnection})
say(more())
