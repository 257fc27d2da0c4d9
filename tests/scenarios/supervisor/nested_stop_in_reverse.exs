# A tree stops from its last leaf to its first.
import Trace
import Kids

inner = fn id, children ->
  %{id: id, start: {Supervisor, :start_link, [children, [strategy: :one_for_one]]}, type: :supervisor}
end

tree = [inner.(:left, [kid(:a), kid(:b)]), kid(:c), inner.(:right, [kid(:d), kid(:e)])]
{:ok, supervisor} = Supervisor.start_link(tree, strategy: :one_for_one)
Supervisor.stop(supervisor)
