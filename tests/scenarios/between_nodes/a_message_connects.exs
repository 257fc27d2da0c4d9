# A message to a node that is not connected connects to it.
import Trace

[b] = peers(1)
me = self()
remote = Node.spawn(b, fn -> hand_on(me) end)
say(take())
Node.disconnect(b)
say(Node.list())
send(remote, :hello)
say(take())
say(Node.list())
