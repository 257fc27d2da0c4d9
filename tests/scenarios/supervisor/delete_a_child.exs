# delete_child takes out a child that does not run, and refuses one that runs.
import Trace
import Kids

{:ok, supervisor} = Supervisor.start_link([kid(:a)], strategy: :one_for_one)
say(outcome(fn -> Supervisor.delete_child(supervisor, :a) end))
Supervisor.terminate_child(supervisor, :a)
Supervisor.delete_child(supervisor, :a)
say(Supervisor.count_children(supervisor).specs)
say(outcome(fn -> Supervisor.restart_child(supervisor, :a) end))
