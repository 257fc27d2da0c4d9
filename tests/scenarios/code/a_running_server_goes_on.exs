# A running server goes on with new code; code_change is told the old version and takes the state over.
import Trace

old = ~S"""
defmodule Counter do
  use GenServer
  def init(n), do: {:ok, n}
  def handle_call(_, _, n), do: {:reply, {:old, n}, n + 1}
end
"""

new = ~S"""
defmodule Counter do
  use GenServer
  def init(n), do: {:ok, {:n, n}}
  def handle_call(_, _, {:n, n}), do: {:reply, {:new, n}, {:n, n + 1}}
  def code_change(old, n, _), do: {Trace.say({:from, old}) && :ok, {:n, n * 10}}
end
"""

Code.compile_string(old)
{:ok, pid} = GenServer.start(Counter, 4)
say(GenServer.call(pid, :ask))
Code.compile_string(new)
:sys.suspend(pid)
:ok = :sys.change_code(pid, Counter, "1", [])
:sys.resume(pid)
say(GenServer.call(pid, :ask))
