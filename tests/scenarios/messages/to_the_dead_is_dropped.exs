# A message to a process that has ended is dropped silently.
import Trace

{pid, ref} = spawn_monitor(fn -> :ok end)
say(reason_of(ref))
send(pid, :hello)
say(more())
