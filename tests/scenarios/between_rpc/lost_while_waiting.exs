# A call that waits when the node is lost gives nodedown.
import Trace

[b] = peers(1)
me = self()
spawn(fn -> send(me, :rpc.call(b, Process, :sleep, [5000])) end)
settle()
halt(b)
say(take())
