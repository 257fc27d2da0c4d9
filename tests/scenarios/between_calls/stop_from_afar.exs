# GenServer.stop ends a server of another node, and waits until it has ended.
import Trace

defmodule Plain do
  use GenServer
  def init(_), do: {:ok, nil}
end

[b] = peers(1)
{:ok, pid} = on(b, fn -> GenServer.start(Plain, nil, name: :plain) end)
ref = Process.monitor(pid)
say(GenServer.stop({:plain, b}, :shutdown))
say(reason_of(ref))
say(outcome(fn -> GenServer.stop({:plain, b}) end))
say(outcome(fn -> GenServer.stop({:plain, :"nowhere@127.0.0.1"}) end))
