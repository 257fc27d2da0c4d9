# The functions run in the agent's process, one after the other.
import Trace

{:ok, agent} = Agent.start_link(fn -> self() end)
say(Agent.get(agent, fn pid -> {pid == self(), pid == agent} end))
