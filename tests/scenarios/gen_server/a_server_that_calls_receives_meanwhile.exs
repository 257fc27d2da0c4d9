# While a server waits for the answer to a call of its own, its other messages wait, in their order.
import Trace

defmodule Middle do
  use GenServer
  def init(_), do: {:ok, []}
  def handle_call({:ask, pid}, _, seen), do: {:reply, GenServer.call(pid, :slow), [:asked | seen]}
  def handle_call(:seen, _, seen), do: {:reply, Enum.reverse(seen), seen}
  def handle_cast(message, seen), do: {:noreply, [message | seen]}
end

defmodule Slow do
  use GenServer
  def init(_), do: {:ok, nil}
  def handle_call(request, _, _), do: {settle() && :reply, request, nil}
end

{:ok, slow} = GenServer.start(Slow, nil)
{:ok, middle} = GenServer.start(Middle, nil)
me = self()
spawn(fn -> send(me, GenServer.call(middle, {:ask, slow})) end)
Process.sleep(10)
for message <- [:one, :two], do: GenServer.cast(middle, message)
say(take())
say(GenServer.call(middle, :seen))
