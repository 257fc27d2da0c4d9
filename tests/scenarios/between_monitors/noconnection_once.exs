# When a node is lost each monitor gives one DOWN noconnection, and none more when it comes back.
import Trace

[b] = peers(1)
remote = Node.spawn(b, &collect/0)
one = Process.monitor(remote)
two = Process.monitor(remote)
Node.disconnect(b)
say(Enum.sort([elem(take(), 1), elem(take(), 1)]) == Enum.sort([one, two]))
Node.connect(b)
say(end_with(remote, :kill))
say(more())
