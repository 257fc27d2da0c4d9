# The OS process of a node ends: DOWN noconnection.
import Trace

[b] = peers(1)
remote = Node.spawn(b, &idle/0)
ref = Process.monitor(remote)
halt(b)
say(take() == {:DOWN, ref, :process, remote, :noconnection})
say(more())
