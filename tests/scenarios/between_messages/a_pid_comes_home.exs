# A pid that went to another node and came back is the same pid.
import Trace

[b] = peers(1)
me = self()
say(on(b, fn -> {me, node(me)} end) == {me, node()})
remote = Node.spawn(b, fn -> send(me, {self(), take()}) end)
send(remote, remote)
say(take() == {remote, remote})
