# A function for get_and_update that returns no pair ends the agent.
import Trace

{:ok, agent} = Agent.start(fn -> 1 end)
ref = Process.monitor(agent)
say(outcome(fn -> Agent.get_and_update(agent, fn _ -> :nonsense end) end) |> elem(0))
say(reason_of(ref) |> elem(0))
