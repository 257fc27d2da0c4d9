# A module that does not compile is refused, and a running server goes on as it was.
import Trace

old = ~S"""
defmodule Counter do
  use GenServer
  def init(n), do: {:ok, n}
  def handle_call(_, _, n), do: {:reply, {:old, n}, n + 1}
end
"""

Code.compile_string(old)
{:ok, pid} = GenServer.start(Counter, 4)
say(elem(outcome(fn -> Code.compile_string("defmodule Counter do def (") end), 0))
say(GenServer.call(pid, :ask))
say(GenServer.call(pid, :ask))
