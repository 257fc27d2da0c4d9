# With one restart more than allowed a supervisor stops its children and ends with shutdown.
import Trace
import Kids

Process.flag(:trap_exit, true)
{:ok, supervisor} = Supervisor.start_link([kid(:a), kid(:b)], strategy: :one_for_one, max_restarts: 2)
for _ <- 1..3, do: fall(:b, :boom)
say(take() == {:EXIT, supervisor, :shutdown})
