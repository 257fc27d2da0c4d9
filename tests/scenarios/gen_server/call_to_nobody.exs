# A call to a process that has ended, or to a name that nobody has, exits with noproc; a cast does nothing.
import Trace

{pid, ref} = spawn_monitor(fn -> :ok end)
say(reason_of(ref))
say(outcome(fn -> GenServer.call(pid, :ask) end))
say(outcome(fn -> GenServer.call(:nobody, :ask) end))
say(outcome(fn -> GenServer.call({:nobody, node()}, :ask) end))
say(GenServer.cast(pid, :tell))
say(GenServer.cast(:nobody, :tell))
