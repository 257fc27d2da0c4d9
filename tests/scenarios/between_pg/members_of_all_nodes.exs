# A group has members of all nodes; each node knows which are its own.
import Trace

[b] = peers(1)
for node <- [node(), b], do: on(node, fn -> :pg.start(:pg) && settle() end)
remote = Node.spawn(b, &idle/0)
on(b, fn -> :pg.join(:cooks, remote) end)
:pg.join(:cooks, self())
settle()
say(Enum.sort(:pg.get_members(:cooks)) == Enum.sort([self(), remote]))
say(:pg.get_local_members(:cooks) == [self()])
say(on(b, fn -> :pg.get_local_members(:cooks) end) == [remote])
