# A process gets a name on its own node only.
import Trace

[b] = peers(1)
remote = Node.spawn(b, &idle/0)
say(outcome(fn -> Process.register(remote, :far) end))
say(on(b, fn -> Process.register(remote, :far) end))
say(Process.whereis(:far))
say(on(b, fn -> Process.whereis(:far) == remote end))
