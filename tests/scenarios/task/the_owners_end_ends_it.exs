# A task ends with its owner.
import Trace

me = self()

owner =
  spawn(fn ->
    send(me, Task.async(&idle/0).pid)
    receive do: (reason -> leave(reason))
  end)

ref = Process.monitor(take())
send(owner, :boom)
say(reason_of(ref))
