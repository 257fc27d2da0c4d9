# A start whose init takes longer than it may gives timeout, and ends the server.
import Trace

defmodule Slow do
  use GenServer
  def init(_), do: {idle(), nil}
end

say(started(fn -> GenServer.start(Slow, nil, name: :slow, timeout: 20) end))
say(Process.whereis(:slow))
