# one_for_all starts all children again, also one that was stopped by terminate_child.
import Trace
import Kids

{:ok, supervisor} = Supervisor.start_link([kid(:a), kid(:b)], strategy: :one_for_all)
Supervisor.terminate_child(supervisor, :a)
fall(:b, :boom)
say(Supervisor.count_children(supervisor).active)
