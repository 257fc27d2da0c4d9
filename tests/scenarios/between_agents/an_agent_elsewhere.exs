# The functions given to an agent of another node run there.
import Trace

[b] = peers(1)
{:ok, pid} = on(b, fn -> Agent.start(fn -> [] end, name: :shelf) end)
say(Agent.update({:shelf, b}, fn books -> [node() | books] end))
say(Agent.get(pid, & &1))
say(outcome(fn -> Agent.get({:nobody, b}, & &1) end))
say(outcome(fn -> Agent.get({:shelf, :"nowhere@127.0.0.1"}, & &1) end))
