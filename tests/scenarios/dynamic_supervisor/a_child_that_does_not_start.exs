# A child that does not start is not added; the supervisor goes on.
import Trace
import Kids

{:ok, supervisor} = DynamicSupervisor.start_link(strategy: :one_for_one)
say(started(fn -> DynamicSupervisor.start_child(supervisor, kid(:bad, start: {Kids, :refuse, [:no_disk]})) end))
say(DynamicSupervisor.count_children(supervisor).specs)
