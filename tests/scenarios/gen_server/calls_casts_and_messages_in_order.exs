# Calls, casts and plain messages of one sender are taken in the order in which they were sent.
import Trace

defmodule Log do
  use GenServer
  def init(_), do: {:ok, []}
  def handle_cast(message, log), do: {:noreply, [{:cast, message} | log]}
  def handle_info(message, log), do: {:noreply, [{:info, message} | log]}
  def handle_call(:log, _, log), do: {:reply, Enum.reverse(log), log}
end

{:ok, pid} = GenServer.start(Log, nil)
GenServer.cast(pid, 1)
send(pid, 2)
GenServer.cast(pid, 3)
say(GenServer.call(pid, :log))
