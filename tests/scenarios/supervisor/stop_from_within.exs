# A child that asks its supervisor to stop it hears nothing any more.
import Trace

defmodule Asks do
  use GenServer
  def start_link(_), do: GenServer.start_link(Asks, nil, name: :asks)
  def init(_), do: {:ok, nil}
  def handle_cast(supervisor, _), do: {Supervisor.terminate_child(supervisor, :asks) && :noreply, nil}
end

{:ok, supervisor} =
  Supervisor.start_link([%{id: :asks, start: {Asks, :start_link, [nil]}}], strategy: :one_for_one)

ref = Process.monitor(:asks)
GenServer.cast(:asks, supervisor)
say(reason_of(ref))
say(Supervisor.count_children(supervisor))
