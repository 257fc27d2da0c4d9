# A server may stop from each of its callbacks; terminate runs, and the reason is told.
import Trace

defmodule Ends do
  use GenServer
  def init(:continue), do: {:ok, nil, {:continue, :in_continue}}
  def init(_), do: {:ok, nil}
  def handle_continue(reason, _), do: {:stop, reason, nil}
  def handle_cast(reason, _), do: {:stop, reason, nil}
  def handle_info(reason, _), do: {:stop, reason, nil}
  def terminate(reason, _), do: say({:terminate, reason})
end

start = fn how -> GenServer.start(Ends, how) |> elem(1) end
Process.flag(:trap_exit, true)
{:ok, _} = GenServer.start_link(Ends, :continue)
say(elem(take(), 2))
one = start.(:plain)
ref = Process.monitor(one)
GenServer.cast(one, :in_cast)
say(reason_of(ref))
two = start.(:plain)
ref = Process.monitor(two)
send(two, :in_info)
say(reason_of(ref))
