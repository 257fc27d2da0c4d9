# A process that monitors itself never hears of it.
import Trace

say(is_reference(Process.monitor(self())))
say(more())
