# A call on another node gives what the function returns there.
import Trace

[b] = peers(1)
say(:rpc.call(b, Kernel, :node, []))
say(:erpc.call(b, fn -> [node(), 1 + 1] end))
