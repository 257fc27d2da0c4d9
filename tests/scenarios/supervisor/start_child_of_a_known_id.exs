# start_child with an id that there is: already_started when it runs, already_present when it does not.
import Trace
import Kids

{:ok, supervisor} = Supervisor.start_link([kid(:a)], strategy: :one_for_one)
say(started(fn -> Supervisor.start_child(supervisor, kid(:a)) end) == {:error, {:already_started, Process.whereis(:a)}})
Supervisor.terminate_child(supervisor, :a)
say(outcome(fn -> Supervisor.start_child(supervisor, kid(:a)) end))
