# A process of a third node may answer a call.
import Trace

defmodule Boss do
  use GenServer
  def init(node), do: {:ok, node}

  def handle_call(request, from, node) do
    Node.spawn(node, fn -> GenServer.reply(from, {node(), request}) end)
    {:noreply, node}
  end
end

[b, c] = peers(2)
{:ok, pid} = on(b, fn -> GenServer.start(Boss, c) end)
say(GenServer.call(pid, :work))
