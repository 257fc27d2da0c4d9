# A timeout that a callback returns comes due as the message timeout, once.
import Trace

defmodule Patient do
  use GenServer
  def init(pid), do: {:ok, pid, 10}
  def handle_info(message, pid), do: {send(pid, message) && :noreply, pid}
end

GenServer.start(Patient, self())
say(take())
say(more())
