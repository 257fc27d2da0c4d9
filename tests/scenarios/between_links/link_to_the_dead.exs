# A link to a process of another node that has ended: EXIT noproc.
import Trace

Process.flag(:trap_exit, true)
[b] = peers(1)
remote = Node.spawn(b, &idle/0)
say(end_with(remote, :boom))
Process.link(remote)
say(take() == {:EXIT, remote, :noproc})
