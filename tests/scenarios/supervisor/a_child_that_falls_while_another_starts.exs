# A child that falls while a later one is being started is started again once all run.
import Trace
import Kids

defmodule Slow do
  use GenServer
  def start_link(_), do: GenServer.start_link(Slow, nil)

  def init(_) do
    GenServer.cast(:a, {:stop, :boom})
    settle()
    say(:slow_is_there)
    {:ok, nil}
  end
end

{:ok, supervisor} =
  Supervisor.start_link([kid(:a), %{id: :slow, start: {Slow, :start_link, [nil]}}], strategy: :one_for_one)

settle()
say(Supervisor.count_children(supervisor).active)
