# A permanent child is started again whatever it ended with.
import Trace
import Kids

Supervisor.start_link([kid(:a, restart: :permanent)], strategy: :one_for_one, max_restarts: 9)
for reason <- [:normal, :shutdown, {:shutdown, :moved}, :boom], do: fall(:a, reason)
