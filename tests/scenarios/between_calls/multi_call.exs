# multi_call asks the servers of one name on many nodes, and tells which did not answer.
import Trace

defmodule Echo do
  use GenServer
  def init(_), do: {:ok, nil}
  def handle_call(request, _, _), do: {:reply, {node(), request}, nil}
end

[b, c] = peers(2)
for node <- [node(), b], do: {:ok, _} = on(node, fn -> GenServer.start(Echo, nil, name: :echo) end)
{replies, bad} = GenServer.multi_call([node(), b, c, :"nowhere@127.0.0.1"], :echo, :ask, 5000)
say(Enum.sort(replies))
say(Enum.sort(bad))
say(more())
