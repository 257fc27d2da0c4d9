# ping tells whether a node can be reached, and connects.
import Trace

[b] = peers(1)
Node.disconnect(b)
say(Node.ping(b))
say(Node.list())
say(Node.ping(:"nowhere@127.0.0.1"))
say(Node.ping(node()))
say(Node.disconnect(:"nowhere@127.0.0.1"))
