# DOWN comes once, with the pid and the reason.
import Trace

pid = spawn(&idle/0)
ref = Process.monitor(pid)
Process.exit(pid, :boom)
say(take() == {:DOWN, ref, :process, pid, :boom})
say(more())
