# After unlink no EXIT comes from the other node.
import Trace

Process.flag(:trap_exit, true)
[b] = peers(1)
remote = Node.spawn_link(b, &idle/0)
Process.unlink(remote)
say(end_with(remote, :boom))
say(more())
