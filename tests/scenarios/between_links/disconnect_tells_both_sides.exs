# When a connection ends, both sides of a link hear noconnection, once, though both processes live.
import Trace

[b] = peers(1)
me = self()
remote = Node.spawn(b, &collect/0)
local = spawn(&collect/0)
:erpc.call(b, fn -> spawn(fn -> Process.link(local) && send(me, :linked) && idle() end) end)
say(take())
link = spawn(fn -> Process.link(remote) && hand_on(me) end)
say(take())
Node.disconnect(b)
{:got, exit} = take()
say(exit == {:EXIT, remote, :noconnection})
say(for {:EXIT, _, reason} <- collected(local), do: reason)
Node.connect(b)
say(for {:EXIT, ^link, reason} <- collected(remote), do: reason)
