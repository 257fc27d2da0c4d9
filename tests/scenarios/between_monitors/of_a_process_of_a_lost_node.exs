# A monitor of a process whose node is gone: DOWN noconnection.
import Trace

[b] = peers(1)
remote = Node.spawn(b, &idle/0)
first = Process.monitor(remote)
halt(b)
say(reason_of(first))
ref = Process.monitor(remote)
say(take() == {:DOWN, ref, :process, remote, :noconnection})
