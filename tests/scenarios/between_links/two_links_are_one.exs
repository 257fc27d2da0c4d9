# Linking twice to a process of another node makes one link.
import Trace

Process.flag(:trap_exit, true)
[b] = peers(1)
remote = Node.spawn_link(b, &idle/0)
Process.link(remote)
Process.exit(remote, :boom)
say(take() == {:EXIT, remote, :boom})
say(more())
