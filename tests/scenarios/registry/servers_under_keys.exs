# A server may be started and called under a key of a registry.
import Trace

{:ok, _} = Registry.start_link(keys: :unique, name: Keys)
name = {:via, Registry, {Keys, {:floor, 2}}}
{:ok, pid} = Agent.start(fn -> :printer end, name: name)
say(Agent.get(name, & &1))
say(started(fn -> Agent.start(fn -> :other end, name: name) end) == {:error, {:already_started, pid}})
say(end_with(pid, :kill))
say(outcome(fn -> Agent.get(name, & &1) end))
