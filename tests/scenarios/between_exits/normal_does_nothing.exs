# The exit signal normal to a process of another node that does not trap exits does nothing.
import Trace

[b] = peers(1)
me = self()
remote = Node.spawn(b, fn -> send(me, {:got, take()}) end)
Process.exit(remote, :normal)
send(remote, :hello)
say(take())
