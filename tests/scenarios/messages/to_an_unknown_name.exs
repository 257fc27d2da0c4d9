# A message to a name that nobody has: the BEAM raises badarg for a local name, and drops it for {name, node}.
# Here both are dropped.
import Trace

say(outcome(fn -> send(:nobody, :hello) && :sent end))
say(outcome(fn -> send({:nobody, node()}, :hello) && :sent end))
