# Taking a monitor back twice does nothing more.
import Trace

ref = Process.monitor(self())
Process.demonitor(ref)
say(outcome(fn -> Process.demonitor(ref) && :fine end))
say(more())
