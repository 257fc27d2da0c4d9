# A supervisor that gives up is a child that fell: its own supervisor starts it again.
import Trace
import Kids

inner = %{
  id: :inner,
  start: {Supervisor, :start_link, [[kid(:a), kid(:b)], [strategy: :one_for_one, max_restarts: 0]]},
  type: :supervisor
}

Supervisor.start_link([inner, kid(:c)], strategy: :one_for_one)
fall(:a, :boom)
