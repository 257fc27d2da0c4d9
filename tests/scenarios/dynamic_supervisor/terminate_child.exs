# terminate_child stops a child for good.
import Trace
import Kids

{:ok, supervisor} = DynamicSupervisor.start_link(strategy: :one_for_one)
{:ok, pid} = DynamicSupervisor.start_child(supervisor, kid(:a))
say(DynamicSupervisor.terminate_child(supervisor, pid))
say(DynamicSupervisor.count_children(supervisor))
