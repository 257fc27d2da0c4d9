# Children are started again by their restart types, each by itself.
import Trace
import Kids

{:ok, supervisor} = DynamicSupervisor.start_link(strategy: :one_for_one)

for {name, restart} <- [a: :permanent, b: :transient, c: :temporary] do
  {:ok, _} = DynamicSupervisor.start_child(supervisor, kid(name, restart: restart))
end

fall(:a, :normal)
fall(:b, :boom)
fall(:c, :boom)
fall(:b, :normal)
say(DynamicSupervisor.count_children(supervisor).active)
