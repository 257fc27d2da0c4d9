# Signals from one process to another keep their order: a monitor made after the exit signal finds nobody.
import Trace

pid = spawn(&idle/0)
Process.exit(pid, :boom)
say(ended(pid))
