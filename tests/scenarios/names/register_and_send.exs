# A message to a registered name reaches the process that has it.
import Trace

say(Process.register(self(), :me))
say(Process.whereis(:me) == self())
send(:me, :hello)
say(take())
