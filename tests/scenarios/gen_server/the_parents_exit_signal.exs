# An exit signal that the parent sends ends a server that traps exits, after terminate, like the parent's end.
import Trace

defmodule Tells do
  use GenServer
  def init(_), do: {Process.flag(:trap_exit, true) != nil && :ok, nil}
  def terminate(reason, _), do: say({:terminate, reason})
end

Process.flag(:trap_exit, true)
{:ok, pid} = GenServer.start_link(Tells, nil)
ref = Process.monitor(pid)
Process.exit(pid, :enough)
say(reason_of(ref))
say(take() == {:EXIT, pid, :enough})
