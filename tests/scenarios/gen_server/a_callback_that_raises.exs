# A callback that raises ends the server; terminate is told, and so is the caller.
import Trace

defmodule Fails do
  use GenServer
  def init(_), do: {:ok, nil}
  def handle_call(_, _, _), do: raise("oops")
  def terminate(reason, _), do: say({:terminate, reason})
end

{:ok, pid} = GenServer.start(Fails, nil)
ref = Process.monitor(pid)
say(outcome(fn -> GenServer.call(pid, :ask) end))
say(reason_of(ref))
