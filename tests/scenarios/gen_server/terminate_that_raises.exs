# When terminate raises, its crash is the reason that others see.
import Trace

defmodule Clumsy do
  use GenServer
  def init(_), do: {:ok, nil}
  def handle_cast(reason, _), do: {:stop, reason, nil}
  def terminate(_, _), do: raise("in terminate")
end

{:ok, pid} = GenServer.start(Clumsy, nil)
ref = Process.monitor(pid)
GenServer.cast(pid, :normal)
say(reason_of(ref))
