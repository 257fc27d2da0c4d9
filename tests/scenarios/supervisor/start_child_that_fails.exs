# A child that start_child cannot start is not added.
import Trace
import Kids

{:ok, supervisor} = Supervisor.start_link([kid(:a)], strategy: :one_for_one)
say(started(fn -> Supervisor.start_child(supervisor, kid(:bad, start: {Kids, :refuse, [:no_disk]})) end))
say(Supervisor.count_children(supervisor).specs)
