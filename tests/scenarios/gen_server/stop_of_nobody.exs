# GenServer.stop of a server that has ended exits with noproc.
import Trace

{pid, ref} = spawn_monitor(fn -> :ok end)
say(reason_of(ref))
say(outcome(fn -> GenServer.stop(pid) end))
say(outcome(fn -> GenServer.stop(:nobody) end))
