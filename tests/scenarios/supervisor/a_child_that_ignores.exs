# A child whose start is ignored is kept without a pid, and can be started later.
import Trace
import Kids

defmodule Shy do
  use GenServer
  def start_link(_), do: GenServer.start_link(Shy, nil)
  def init(_), do: :ignore
end

{:ok, supervisor} =
  Supervisor.start_link([%{id: :shy, start: {Shy, :start_link, [nil]}}, kid(:a)], strategy: :one_for_one)

say(Supervisor.count_children(supervisor))
