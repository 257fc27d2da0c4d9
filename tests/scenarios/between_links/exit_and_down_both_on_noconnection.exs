# Who links to a process and monitors it hears of the lost node twice, once by each.
import Trace

Process.flag(:trap_exit, true)
[b] = peers(1)
remote = Node.spawn_link(b, &idle/0)
ref = Process.monitor(remote)
halt(b)
got = [take(), take()]
say(Enum.member?(got, {:EXIT, remote, :noconnection}))
say(Enum.member?(got, {:DOWN, ref, :process, remote, :noconnection}))
say(more())
