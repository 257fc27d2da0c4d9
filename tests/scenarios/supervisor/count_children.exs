# count_children tells specs, active, supervisors and workers.
import Trace
import Kids

inner = %{id: :inner, start: {Supervisor, :start_link, [[], [strategy: :one_for_one]]}, type: :supervisor}
{:ok, supervisor} = Supervisor.start_link([kid(:a), kid(:b, restart: :transient), inner], strategy: :one_for_one)
fall(:b, :normal)
say(Supervisor.count_children(supervisor))
