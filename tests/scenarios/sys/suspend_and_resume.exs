# A suspended server takes no requests; they wait for it, and their callers' timeouts go on.
import Trace

defmodule Echo do
  use GenServer
  def init(_), do: {:ok, nil}
  def handle_call(request, _, _), do: {:reply, request, nil}
end

{:ok, pid} = GenServer.start(Echo, nil)
:sys.suspend(pid)
say(outcome(fn -> GenServer.call(pid, :one, 20) end))
me = self()
spawn(fn -> send(me, {:answer, GenServer.call(pid, :two)}) end)
say(more())
:sys.resume(pid)
say(take())
say(more())
