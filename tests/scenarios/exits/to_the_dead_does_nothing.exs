# An exit signal to a process that has ended does nothing.
import Trace

pid = spawn(fn -> :ok end)
ended(pid)
Process.exit(pid, :boom)
say(more())
