# A server that stops in a call with an answer first runs terminate, then answers, then ends.
import Trace

defmodule Ends do
  use GenServer
  def init(_), do: {:ok, nil}
  def handle_call(reason, _, _), do: {:stop, reason, :bye, nil}
  def terminate(reason, _), do: say({:terminate, reason})
end

{:ok, pid} = GenServer.start(Ends, nil)
ref = Process.monitor(pid)
say(GenServer.call(pid, :shutdown))
say(reason_of(ref))
