# A node knows its own name, and a pid the name of its node.
import Trace

[b] = peers(1)
say(node())
say(on(b, &node/0))
say(node(self()))
say(node(Node.spawn(b, &idle/0)))
