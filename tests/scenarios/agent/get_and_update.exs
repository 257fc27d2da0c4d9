# An agent keeps a value, for functions that read it and change it.
import Trace

{:ok, agent} = Agent.start_link(fn -> 1 end)
say(Agent.get(agent, & &1))
Agent.update(agent, &(&1 + 1))
say(Agent.get(agent, &(&1 * 10)))
say(Agent.get_and_update(agent, &{&1, &1 + 40}))
say(Agent.get(agent, & &1))
Agent.cast(agent, &(&1 + 1))
say(Agent.get(agent, & &1))
say(Agent.stop(agent))
