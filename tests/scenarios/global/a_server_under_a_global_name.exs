# A server may be started and called under a global name.
import Trace

name = {:global, {:printer, 2}}
{:ok, pid} = Agent.start(fn -> :ready end, name: name)
say(Agent.get(name, & &1))
say(started(fn -> Agent.start(fn -> :other end, name: name) end) == {:error, {:already_started, pid}})
say(end_with(pid, :kill))
settle()
say(outcome(fn -> Agent.get(name, & &1) end))
