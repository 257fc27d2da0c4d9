# When code_change fails, the server keeps its state. On a BEAM it has the new code all the same; here it keeps
# its old class as well.
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
  def init(n), do: {:ok, n}
  def handle_call(_, _, n), do: {:reply, {:new, n}, n + 1}
  def code_change(_, _, _), do: raise("no way")
end
"""

Code.compile_string(old)
{:ok, pid} = GenServer.start(Counter, 4)
say(GenServer.call(pid, :ask))
Code.compile_string(new)
:sys.suspend(pid)
{:error, _} = :sys.change_code(pid, Counter, "1", [])
:sys.resume(pid)
say(GenServer.call(pid, :ask))
