# A monitor of a process of another node that has ended: DOWN noproc.
import Trace

[b] = peers(1)
remote = Node.spawn(b, &idle/0)
say(end_with(remote, :boom))
ref = Process.monitor(remote)
say(take() == {:DOWN, ref, :process, remote, :noproc})
