# An agent may have a name; a second of that name is not started.
import Trace

{:ok, pid} = Agent.start(fn -> [] end, name: :shelf)
Agent.update(:shelf, &[:book | &1])
say(Agent.get(:shelf, & &1))
say(started(fn -> Agent.start(fn -> [] end, name: :shelf) end) == {:error, {:already_started, pid}})
say(outcome(fn -> Agent.get(:nowhere, & &1) end))
