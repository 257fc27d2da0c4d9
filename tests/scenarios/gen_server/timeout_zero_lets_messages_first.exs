# A timeout of 0 comes due at once, unless a message is there already: that one is taken, and no timeout
# comes.
import Trace

defmodule Hasty do
  use GenServer

  def init({pid, busy}) do
    if busy, do: send(self(), :message)
    {:ok, pid, 0}
  end

  def handle_info(message, pid), do: {send(pid, message) && :noreply, pid}
end

{:ok, _} = GenServer.start(Hasty, {self(), false})
say(take())
{:ok, _} = GenServer.start(Hasty, {self(), true})
say(take())
say(more())
