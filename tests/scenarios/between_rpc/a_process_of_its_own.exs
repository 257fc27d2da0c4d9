# Each call runs in a process of its own: one that waits holds up nobody.
import Trace

[b] = peers(1)
me = self()
spawn(fn -> send(me, :erpc.call(b, fn -> Process.sleep(100) && :slow end)) end)
settle()
say(:erpc.call(b, fn -> :fast end))
say(take())
