# The state of a server can be read and replaced from outside.
import Trace

defmodule Counter do
  use GenServer
  def init(n), do: {:ok, %{n: n}}
  def handle_call(:n, _, state), do: {:reply, state.n, state}
end

{:ok, pid} = GenServer.start(Counter, 41)
say(:sys.get_state(pid))
say(:sys.replace_state(pid, fn state -> %{state | n: 42} end))
say(GenServer.call(pid, :n))
