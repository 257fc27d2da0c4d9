# which_children lists the last child first on a BEAM, the first one first here.
import Trace
import Kids

{:ok, supervisor} = Supervisor.start_link([kid(:a), kid(:b)], strategy: :one_for_one)
say(for {id, _, type, _} <- Supervisor.which_children(supervisor), do: {id, type})
