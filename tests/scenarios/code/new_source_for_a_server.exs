# A server goes on with its module's new source: code_change gets the old version and makes the new state.

import Trace

Code.put_compiler_option(:ignore_module_conflict, true)

Code.compile_string("""
defmodule Till do
  use GenServer
  @vsn "1"
  def init(coins), do: {:ok, %{coins: coins}}
  def handle_call(:count, _, state), do: {:reply, {:coins, state.coins}, state}
end
""")

{:ok, pid} = GenServer.start(Till, 5)
say(GenServer.call(pid, :count))
:ok = :sys.suspend(pid)
me = self()
spawn(fn -> send(me, {:answer, GenServer.call(pid, :count)}) end)
say(more())

Code.compile_string("""
defmodule Till do
  use GenServer
  @vsn "2"
  def init(coins), do: {:ok, %{cents: coins * 100, from: nil}}
  def handle_call(:count, _, state), do: {:reply, {:cents, state.cents, state.from}, state}
  def code_change(old, state, _extra), do: {:ok, %{cents: state.coins * 100, from: old}}
end
""")

:ok = :sys.change_code(pid, Till, "1", [])
say(more())
:ok = :sys.resume(pid)
say(take())
{:ok, later} = GenServer.start(Till, 1)
say(GenServer.call(later, :count))
