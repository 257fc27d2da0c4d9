# The state of a server of another node can be read and replaced.
import Trace

defmodule Counter do
  use GenServer
  def init(n), do: {:ok, %{n: n}}
end

[b] = peers(1)
{:ok, pid} = on(b, fn -> GenServer.start(Counter, 41, name: :counter) end)
say(:sys.get_state({:counter, b}))
say(:sys.replace_state(pid, fn state -> %{state | n: 42} end))
say(:sys.get_state(pid))
say(outcome(fn -> :sys.get_state({:counter, :"nowhere@127.0.0.1"}) end))
