# Nodes that are connected to a common one are connected to each other.
import Trace

[b, c] = peers(2)
Enum.find(1..50, fn _ -> Process.sleep(50) && length(on(b, &Node.list/0)) == 2 end)
say(Enum.sort(on(b, &Node.list/0)))
say(Enum.sort(on(c, &Node.list/0)))
