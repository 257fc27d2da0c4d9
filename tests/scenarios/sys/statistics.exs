# The messages that a server takes and sends are counted, when asked for.
import Trace

defmodule Echo do
  use GenServer
  def init(_), do: {:ok, nil}
  def handle_call(request, _, _), do: {:reply, request, nil}
  def handle_cast(_, _), do: {:noreply, nil}
  def handle_info(_, _), do: {:noreply, nil}
end

{:ok, pid} = GenServer.start(Echo, nil)
:sys.statistics(pid, true)
GenServer.call(pid, :hello)
GenServer.cast(pid, :hello)
send(pid, :hello)
{:ok, counted} = :sys.statistics(pid, :get)
say({counted[:messages_in], counted[:messages_out]})
:sys.statistics(pid, false)
