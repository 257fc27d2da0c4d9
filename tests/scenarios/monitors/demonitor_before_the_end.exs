# After demonitor no DOWN comes.
import Trace

pid = spawn(&idle/0)
ref = Process.monitor(pid)
say(Process.demonitor(ref))
say(end_with(pid, :boom))
say(more())
