# The state of a process that has ended cannot be read: noproc.
import Trace

{pid, ref} = spawn_monitor(fn -> :ok end)
say(reason_of(ref))
say(outcome(fn -> :sys.get_state(pid) end))
say(outcome(fn -> :sys.get_state(:nobody) end))
