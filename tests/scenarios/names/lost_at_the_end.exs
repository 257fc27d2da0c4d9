# A name goes with its process.
import Trace

pid = spawn(&idle/0)
Process.register(pid, :short_lived)
say(end_with(pid, :boom))
say(Process.whereis(:short_lived))
say(Process.register(self(), :short_lived))
