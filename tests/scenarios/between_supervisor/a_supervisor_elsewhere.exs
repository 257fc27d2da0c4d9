# A supervisor of another node answers, starts and stops children there.
import Trace

[b] = peers(1)
me = self()

Node.spawn(b, fn ->
  send(me, Supervisor.start_link([], strategy: :one_for_one, name: :top))
  idle()
end)

{:ok, top} = take()
agent = %{id: :agent, start: {Agent, :start_link, [fn -> node() end]}}
{:ok, pid} = Supervisor.start_child({:top, b}, agent)
say(node(pid))
say(Agent.get(pid, & &1))
say(Supervisor.count_children(top).active)
say(end_with(pid, :kill))
settle()
[{:agent, again, :worker, _}] = Supervisor.which_children({:top, b})
say(again != pid)
say(Supervisor.terminate_child({:top, b}, :agent))
say(outcome(fn -> Agent.get(again, & &1) end))
