# Who asks for it is told of each node that comes and goes, once.
import Trace

:net_kernel.monitor_nodes(true)
[b] = peers(1)
say(take())
say(Node.list())
Node.disconnect(b)
say(take())
say(Node.list())
Node.connect(b)
say(take())
halt(b)
say(take())
say(more())
