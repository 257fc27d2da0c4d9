# A transient child is started again unless it ended with normal, shutdown or {shutdown, term}.
import Trace
import Kids

for reason <- [:boom, :normal, :shutdown, {:shutdown, :moved}] do
  {:ok, supervisor} = Supervisor.start_link([kid(:a, restart: :transient)], strategy: :one_for_one)
  fall(:a, reason)
  say(Supervisor.count_children(supervisor).active)
  Supervisor.stop(supervisor)
end
