# The info of a process that has ended is nil.
import Trace

{pid, ref} = spawn_monitor(fn -> :ok end)
say(reason_of(ref))
say(Process.info(pid))
