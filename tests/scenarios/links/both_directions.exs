# A link has no direction: the one that was linked to takes the other along as well.
import Trace

me = self()

parent =
  spawn(fn ->
    send(me, spawn_link(&idle/0))
    receive do: (reason -> leave(reason))
  end)

ref = Process.monitor(take())
send(parent, :boom)
say(reason_of(ref))
