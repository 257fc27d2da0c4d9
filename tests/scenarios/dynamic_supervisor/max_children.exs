# A dynamic supervisor takes no more than max_children.
import Trace
import Kids

{:ok, supervisor} = DynamicSupervisor.start_link(strategy: :one_for_one, max_children: 1)
{:ok, _} = DynamicSupervisor.start_child(supervisor, kid(:a))
say(DynamicSupervisor.start_child(supervisor, kid(:b)))
