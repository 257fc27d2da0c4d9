# After demonitor with flush no DOWN comes from another node, whether it was under way or not.
import Trace

[b] = peers(1)
one = Node.spawn(b, &idle/0)
ref = Process.monitor(one)
Process.demonitor(ref)
say(end_with(one, :boom))
say(more())
{two, ref} = Node.spawn_monitor(b, &idle/0)
Process.exit(two, :boom)
settle()
Process.demonitor(ref, [:flush])
say(more())
