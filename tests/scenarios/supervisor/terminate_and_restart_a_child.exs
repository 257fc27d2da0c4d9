# terminate_child stops a child and keeps its spec; restart_child starts it.
import Trace
import Kids

{:ok, supervisor} = Supervisor.start_link([kid(:a)], strategy: :one_for_one)
say(Supervisor.terminate_child(supervisor, :a))
say(Supervisor.count_children(supervisor))
{:ok, pid} = Supervisor.restart_child(supervisor, :a)
say(Process.whereis(:a) == pid)
