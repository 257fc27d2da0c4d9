# A node that starts anew has other processes: one of its earlier life does not come back.
import Trace

[b] = peers(1)
remote = Node.spawn(b, &idle/0)
first = Process.monitor(remote)
halt(b)
say(reason_of(first))
say(restart(b) == [b])
send(remote, :hello)
ref = Process.monitor(remote)
say(take() == {:DOWN, ref, :process, remote, :noproc})
