# A link to a process whose node is gone: EXIT noconnection.
import Trace

Process.flag(:trap_exit, true)
[b] = peers(1)
remote = Node.spawn(b, &idle/0)
ref = Process.monitor(remote)
halt(b)
say(reason_of(ref))
Process.link(remote)
say(take() == {:EXIT, remote, :noconnection})
