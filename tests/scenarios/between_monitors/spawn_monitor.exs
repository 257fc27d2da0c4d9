# spawn_monitor on another node watches the process from its start.
import Trace

[b] = peers(1)
{pid, ref} = Node.spawn_monitor(b, fn -> leave({:done, 1}) end)
say(take() == {:DOWN, ref, :process, pid, {:done, 1}})
say(node(pid))
