# A temporary child is never started again, and its spec is gone when it has ended.
import Trace
import Kids

{:ok, supervisor} = Supervisor.start_link([kid(:a, restart: :temporary), kid(:b)], strategy: :one_for_one)
fall(:a, :boom)
say(for {id, _, _, _} <- Supervisor.which_children(supervisor), do: id)
