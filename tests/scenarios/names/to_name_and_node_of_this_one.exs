# {name, this node} reaches the same process as the name.
import Trace

Process.register(self(), :me)
send({:me, node()}, :hello)
say(take())
