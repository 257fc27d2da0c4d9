# Two children of one id are refused before any is started.
import Trace
import Kids

Process.flag(:trap_exit, true)
{:error, reason} = outcome(fn -> Supervisor.start_link([kid(:a), kid(:a)], strategy: :one_for_one) end)
say(elem(reason, 0))
