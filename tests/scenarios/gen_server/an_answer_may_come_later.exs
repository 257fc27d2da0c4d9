# A server may answer a call later, after having taken other messages.
import Trace

defmodule Later do
  use GenServer
  def init(_), do: {:ok, nil}
  def handle_call(:wait, from, _), do: {:noreply, from}
  def handle_cast(value, from), do: {GenServer.reply(from, value) && :noreply, nil}
end

{:ok, pid} = GenServer.start(Later, nil)
me = self()
spawn(fn -> send(me, {:answer, GenServer.call(pid, :wait)}) end)
say(more())
GenServer.cast(pid, :now)
say(take())
