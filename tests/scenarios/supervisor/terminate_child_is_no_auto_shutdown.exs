# A significant child that is stopped by terminate_child does not end its supervisor.
import Trace
import Kids

defmodule Top do
  def init({children, how}), do: {:ok, {%{strategy: :one_for_one, auto_shutdown: how}, children}}
end

{:ok, supervisor} = :supervisor.start_link(Top, {[kid(:a, restart: :transient, significant: true)], :any_significant})

Supervisor.terminate_child(supervisor, :a)
say(Supervisor.count_children(supervisor).active)
