# A function that raises ends the agent; its caller hears of it.
import Trace

{:ok, agent} = Agent.start(fn -> 1 end)
ref = Process.monitor(agent)
say(outcome(fn -> Agent.get(agent, fn _ -> raise "oops" end) end))
say(reason_of(ref))
