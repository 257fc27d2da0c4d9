# A function for replace_state that raises changes nothing, and the server goes on.
import Trace

defmodule Counter do
  use GenServer
  def init(n), do: {:ok, %{n: n}}
end

{:ok, pid} = GenServer.start(Counter, 41)
say(elem(outcome(fn -> :sys.replace_state(pid, fn _ -> raise "oops" end) end), 0) in [:raised, :exit])
say(:sys.get_state(pid))
