# A server that crashes on another node: its caller hears what was raised there.
import Trace

defmodule Fails do
  use GenServer
  def init(_), do: {:ok, nil}
  def handle_call(_, _, _), do: raise("oops")
end

[b] = peers(1)
{:ok, pid} = on(b, fn -> GenServer.start(Fails, nil) end)
say(outcome(fn -> GenServer.call(pid, :ask) end))
