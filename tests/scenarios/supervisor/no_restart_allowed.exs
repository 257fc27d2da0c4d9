# max_restarts 0: the first fall ends the supervisor.
import Trace
import Kids

Process.flag(:trap_exit, true)
{:ok, supervisor} = Supervisor.start_link([kid(:a)], strategy: :one_for_one, max_restarts: 0)
fall(:a, :boom)
say(take() == {:EXIT, supervisor, :shutdown})
