# A cast gives nothing back, to whatever node.
import Trace

[b] = peers(1)
me = self()
say(:rpc.cast(b, Kernel, :send, [me, :hello]))
say(take())
say(:rpc.cast(:"nowhere@127.0.0.1", Kernel, :node, []))
