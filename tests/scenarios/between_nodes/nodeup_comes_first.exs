# nodeup comes before the first message from that node.
import Trace

:net_kernel.monitor_nodes(true)
me = self()
[b] = peers(1)
Node.spawn(b, fn -> send(me, :hello) end)
say(take())
say(take())
