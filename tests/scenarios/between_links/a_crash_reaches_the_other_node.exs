# A process that ends on another node ends those linked to it here, or sends EXIT to who traps exits.
import Trace

Process.flag(:trap_exit, true)
[b] = peers(1)
one = Node.spawn_link(b, fn -> leave(:boom) end)
say(take() == {:EXIT, one, :boom})
two = Node.spawn_link(b, fn -> :ok end)
say(take() == {:EXIT, two, :normal})
say(fate(fn -> Node.spawn_link(b, fn -> leave(:bang) end) && idle() end))
