# A server of another node is called by its pid and by {name, node} like one at home.
import Trace

defmodule Echo do
  use GenServer
  def init(_), do: {:ok, nil}
  def handle_call(request, _, _), do: {:reply, {node(), request}, nil}
end

[b] = peers(1)
{:ok, pid} = on(b, fn -> GenServer.start(Echo, nil, name: :echo) end)
say(GenServer.call(pid, 1))
say(GenServer.call({:echo, b}, 2))
say(outcome(fn -> GenServer.call(:echo, 3) end))
