# A name that was given back is free; giving back what nobody has is an error on a BEAM, False here.
import Trace

Process.register(self(), :name)
say(Process.unregister(:name))
say(Process.whereis(:name))
say(outcome(fn -> Process.unregister(:name) end))
