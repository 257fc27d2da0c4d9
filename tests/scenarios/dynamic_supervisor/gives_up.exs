# With one restart more than allowed a dynamic supervisor stops its children and ends with shutdown.
import Trace
import Kids

Process.flag(:trap_exit, true)
{:ok, supervisor} = DynamicSupervisor.start_link(strategy: :one_for_one, max_restarts: 1)
for name <- [:a, :b], do: {:ok, _} = DynamicSupervisor.start_child(supervisor, kid(name))
fall(:a, :boom)
fall(:a, :boom)
say(take() == {:EXIT, supervisor, :shutdown})
