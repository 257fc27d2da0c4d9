# Two children that fall at once are both started again; each counts.
import Trace

children = for name <- [:a, :b], do: %{id: name, start: {Agent, :start_link, [fn -> name end, [name: name]]}}
{:ok, supervisor} = Supervisor.start_link(children, strategy: :one_for_one, max_restarts: 2)
pids = for name <- [:a, :b], do: Process.whereis(name)
for pid <- pids, do: Process.exit(pid, :kill)
settle()
say(Supervisor.count_children(supervisor).active)
say(Enum.any?(pids, &Process.alive?/1))
say(for name <- [:a, :b], do: Agent.get(name, & &1))
