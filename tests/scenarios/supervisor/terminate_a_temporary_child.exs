# terminate_child takes a temporary child out of the list.
import Trace
import Kids

{:ok, supervisor} = Supervisor.start_link([kid(:a, restart: :temporary)], strategy: :one_for_one)
say(Supervisor.terminate_child(supervisor, :a))
say(Supervisor.count_children(supervisor))
