# start_child adds a child as the last one; it is stopped first.
import Trace
import Kids

{:ok, supervisor} = Supervisor.start_link([kid(:a)], strategy: :one_for_one)
{:ok, pid} = Supervisor.start_child(supervisor, kid(:b))
say(Process.whereis(:b) == pid)
Supervisor.stop(supervisor)
