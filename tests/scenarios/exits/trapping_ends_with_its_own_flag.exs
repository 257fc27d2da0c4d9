# Exit signals that came as messages while a process trapped exits stay messages when it no longer does.
import Trace

me = self()
Process.flag(:trap_exit, true)
pid = spawn(fn -> Process.exit(me, :boom) end)
ended(pid)
Process.flag(:trap_exit, false)
say(take() == {:EXIT, pid, :boom})
say(more())
