# A get that takes too long exits with timeout; the agent goes on.
import Trace

{:ok, agent} = Agent.start(fn -> 1 end)
say(outcome(fn -> Agent.get(agent, fn _ -> Process.sleep(200) end, 10) end))
say(Agent.get(agent, & &1))
say(more())
