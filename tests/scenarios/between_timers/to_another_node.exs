# A timer for a process of another node is an error on a BEAM; here it fires there.
import Trace

[b] = peers(1)
me = self()
remote = Node.spawn(b, fn -> hand_on(me) end)
say(take())
on(b, fn -> Process.register(remote, :relay) end)
say(outcome(fn -> Process.send_after({:relay, b}, :tick, 20) end))
