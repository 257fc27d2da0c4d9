# Who has sent an exit signal finds the process dead at once.
import Trace

pid = spawn(&idle/0)
Process.exit(pid, :kill)
say(Process.alive?(pid))
