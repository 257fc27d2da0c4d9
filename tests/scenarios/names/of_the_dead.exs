# A process that has ended gets no name.
import Trace

{pid, ref} = spawn_monitor(fn -> :ok end)
say(reason_of(ref))
say(outcome(fn -> Process.register(pid, :late) end))
