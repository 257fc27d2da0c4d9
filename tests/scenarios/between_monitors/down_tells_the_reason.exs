# DOWN comes from another node once, with the pid and the reason.
import Trace

[b] = peers(1)
remote = Node.spawn(b, &idle/0)
ref = Process.monitor(remote)
Process.exit(remote, :boom)
say(take() == {:DOWN, ref, :process, remote, :boom})
say(more())
