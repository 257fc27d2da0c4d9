# abcast reaches the servers of one name on many nodes, and does not mind those that are not there.
import Trace

defmodule Tells do
  use GenServer
  def init(pid), do: {:ok, pid}
  def handle_cast(message, pid), do: {send(pid, {node(), message}) && :noreply, pid}
end

[b] = peers(1)
me = self()
for node <- [node(), b], do: {:ok, _} = on(node, fn -> GenServer.start(Tells, me, name: :tells) end)
GenServer.abcast([node(), b, :"nowhere@127.0.0.1"], :tells, :hello)
say(Enum.sort([take(), take()]))
say(more())
