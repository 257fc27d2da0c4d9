# A message to {name, node} reaches the process that has the name there.
import Trace

[b] = peers(1)
me = self()
remote = Node.spawn(b, fn -> hand_on(me) end)
say(take())
on(b, fn -> Process.register(remote, :relay) end)
send({:relay, b}, :hello)
say(take())
