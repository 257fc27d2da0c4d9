# demonitor with flush leaves the DOWNs of other monitors where they are.
import Trace

{pid, one} = spawn_monitor(&idle/0)
two = Process.monitor(pid)
say(end_with(pid, :boom))
settle()
Process.demonitor(one, [:flush])
say(elem(take(), 1) == two)
say(more())
