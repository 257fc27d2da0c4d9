# A dynamic supervisor starts without children, and takes any number of one kind.
import Trace
import Kids

{:ok, supervisor} = DynamicSupervisor.start_link(strategy: :one_for_one)
for name <- [:a, :b], do: {:ok, _} = DynamicSupervisor.start_child(supervisor, Map.put(kid(name), :id, :same))
say(DynamicSupervisor.count_children(supervisor))
say(for {id, pid, type, _} <- DynamicSupervisor.which_children(supervisor), do: {id, is_pid(pid), type})
