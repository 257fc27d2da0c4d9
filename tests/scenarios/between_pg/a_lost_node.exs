# Members of a node that is lost leave, and come back with it.
import Trace

[b] = peers(1)
for node <- [node(), b], do: on(node, fn -> :pg.start(:pg) && settle() end)
remote = Node.spawn(b, &collect/0)
on(b, fn -> :pg.join(:cooks, remote) end)
settle()
{ref, members} = :pg.monitor(:cooks)
say(members == [remote])
Node.disconnect(b)
say(take() == {ref, :leave, :cooks, [remote]})
say(:pg.get_members(:cooks))
Node.connect(b)
say(take() == {ref, :join, :cooks, [remote]})
