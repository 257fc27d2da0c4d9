# A server that is killed, or that does not trap exits and gets an exit signal, does not run terminate.
import Trace

defmodule Tells do
  use GenServer
  def init(trap), do: {Process.flag(:trap_exit, trap) != nil && :ok, nil}
  def terminate(reason, _), do: say({:terminate, reason})
end

for {trap, reason} <- [{true, :kill}, {false, :kill}, {false, :shutdown}] do
  {:ok, pid} = GenServer.start(Tells, trap)
  say(end_with(pid, reason))
end
