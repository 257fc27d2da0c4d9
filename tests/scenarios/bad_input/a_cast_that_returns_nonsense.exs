# A server whose handle_cast returns what it may not ends with bad_return_value, or a TypeError here.
import Trace

defmodule Odd do
  use GenServer
  def init(_), do: {:ok, nil}
  def handle_cast(_, _), do: :nonsense
end

{:ok, pid} = GenServer.start(Odd, nil)
ref = Process.monitor(pid)
GenServer.cast(pid, :tell)
say(reason_of(ref) |> elem(0))
