# A monitor of a process that has ended: DOWN comes with noproc.
import Trace

{pid, first} = spawn_monitor(fn -> :ok end)
say(reason_of(first))
ref = Process.monitor(pid)
say(take() == {:DOWN, ref, :process, pid, :noproc})
