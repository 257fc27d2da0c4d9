# A child that has not ended within its shutdown time is killed.
import Trace
import Kids

defmodule Stubborn do
  use GenServer
  def start_link(_), do: GenServer.start_link(Stubborn, nil, name: :stubborn)
  def init(_), do: {Process.flag(:trap_exit, true) != nil && :ok, nil}
  def terminate(reason, _), do: say({:stopping, reason}) && idle()
end

stubborn = %{id: :stubborn, start: {Stubborn, :start_link, [nil]}, shutdown: 30}
{:ok, supervisor} = Supervisor.start_link([kid(:a), stubborn], strategy: :one_for_one)
ref = Process.monitor(:stubborn)
Supervisor.stop(supervisor)
say(reason_of(ref))
