# A server that does not trap exits lives on when its parent ends normally.
import Trace

defmodule Plain do
  use GenServer
  def init(_), do: {:ok, nil}
  def handle_call(:ask, _, _), do: {:reply, :here, nil}
end

me = self()
say(fate(fn -> send(me, GenServer.start_link(Plain, nil)) end))
{:ok, pid} = take()
say(GenServer.call(pid, :ask))
