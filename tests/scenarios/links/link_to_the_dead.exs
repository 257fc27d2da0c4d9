# A link to a process that has ended: EXIT noproc for who traps exits.
import Trace

Process.flag(:trap_exit, true)
pid = spawn(fn -> :ok end)
ended(pid)
say(Process.link(pid))
say(take() == {:EXIT, pid, :noproc})
say(more())
