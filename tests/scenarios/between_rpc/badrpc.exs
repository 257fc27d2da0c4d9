# The call for prompts gives badrpc nodedown for a node that is not there.
import Trace

[b] = peers(1)
say(:rpc.call(:"nowhere@127.0.0.1", Kernel, :node, []))
halt(b)
Process.sleep(200)
say(:rpc.call(b, Kernel, :node, []))
