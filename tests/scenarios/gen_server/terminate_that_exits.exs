# A terminate that exits gives the server that reason.
import Trace

defmodule Leaves do
  use GenServer
  def init(_), do: {:ok, nil}
  def handle_cast(reason, _), do: {:stop, reason, nil}
  def terminate(reason, _), do: leave({:instead_of, reason})
end

{:ok, pid} = GenServer.start(Leaves, nil)
ref = Process.monitor(pid)
GenServer.cast(pid, :normal)
say(reason_of(ref))
