# A node that does not answer multi_call in time is among the bad ones; its late answer is dropped.
import Trace

defmodule Slow do
  use GenServer
  def init(milliseconds), do: {:ok, milliseconds}
  def handle_call(request, _, milliseconds), do: {Process.sleep(milliseconds) && :reply, request, milliseconds}
end

[b] = peers(1)
{:ok, _} = GenServer.start(Slow, 0, name: :slow)
{:ok, _} = on(b, fn -> GenServer.start(Slow, 300, name: :slow) end)
say(GenServer.multi_call([node(), b], :slow, :ask, 100))
say(more(400))
