# A dynamic supervisor that ends stops its children all at once, and waits for the slowest.
import Trace
import Kids

{:ok, supervisor} = DynamicSupervisor.start_link(strategy: :one_for_one)
{:ok, _} = DynamicSupervisor.start_child(supervisor, kid(:a))
say(DynamicSupervisor.stop(supervisor))
