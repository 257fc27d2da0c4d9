# A callback that exits ends the server with that reason, after terminate.
import Trace

defmodule Leaves do
  use GenServer
  def init(_), do: {:ok, nil}
  def handle_call(reason, _, _), do: leave(reason)
  def terminate(reason, _), do: say({:terminate, reason})
end

{:ok, pid} = GenServer.start(Leaves, nil)
say(outcome(fn -> GenServer.call(pid, :boom) end))
say(Process.alive?(pid))
