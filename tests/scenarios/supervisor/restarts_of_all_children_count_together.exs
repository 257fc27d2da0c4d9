# The limit of restarts is the supervisor's, not a child's.
import Trace
import Kids

Process.flag(:trap_exit, true)
{:ok, supervisor} = Supervisor.start_link([kid(:a), kid(:b)], strategy: :one_for_one, max_restarts: 1)
fall(:a, :boom)
fall(:b, :boom)
say(take() == {:EXIT, supervisor, :shutdown})
