# A process has one name at most.
import Trace

Process.register(self(), :one)
say(outcome(fn -> Process.register(self(), :two) end))
say(Process.whereis(:two))
