# whereis tells the pid that a name stands for.
import Trace

{:ok, pid} = Agent.start(fn -> 1 end, name: :somebody)
say(GenServer.whereis(:somebody) == pid)
say(GenServer.whereis(pid) == pid)
say(GenServer.whereis({:somebody, node()}) == pid)
say(GenServer.whereis(:nobody))
