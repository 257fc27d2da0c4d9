# A transient child that ended normally stays in the list without a pid.
import Trace
import Kids

{:ok, supervisor} = Supervisor.start_link([kid(:a, restart: :transient)], strategy: :one_for_one)
fall(:a, :normal)
say(for {id, pid, type, _} <- Supervisor.which_children(supervisor), do: {id, pid, type})
