# Any message takes a timeout back, unless the callback sets a new one.
import Trace

defmodule Patient do
  use GenServer
  def init(pid), do: {:ok, pid, 30}
  def handle_call(:again, _, pid), do: {:reply, :ok, pid, 30}
  def handle_call(:no_more, _, pid), do: {:reply, :ok, pid}
  def handle_info(message, pid), do: {send(pid, message) && :noreply, pid}
end

{:ok, one} = GenServer.start(Patient, self())
say(GenServer.call(one, :no_more))
say(more())
{:ok, two} = GenServer.start(Patient, self())
say(GenServer.call(two, :again))
say(take())
