# Restarts that are longer ago than max_seconds do not count.
import Trace
import Kids

Process.flag(:trap_exit, true)
Supervisor.start_link([kid(:a)], strategy: :one_for_one, max_restarts: 1, max_seconds: 1)
fall(:a, :boom)
Process.sleep(2_050)
fall(:a, :boom)
say(more())
