# A name that is taken is not given to another, nor to the same process again.
import Trace

Process.register(self(), :taken)
say(outcome(fn -> Process.register(spawn(&idle/0), :taken) end))
say(outcome(fn -> Process.register(self(), :taken) end))
say(Process.whereis(:taken) == self())
