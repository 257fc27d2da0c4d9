# multicall asks all nodes at once; results are in the order of the nodes. Here a node that is not there has a
# BadRpc in its place; a BEAM lists such nodes apart.
import Trace

[b, c] = peers(2)
say(:rpc.multicall([c, :"nowhere@127.0.0.1", b], Kernel, :node, []))
