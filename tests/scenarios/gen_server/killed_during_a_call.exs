# When a server is ended while a call waits, the call exits with the server's reason.
import Trace

defmodule Never do
  use GenServer
  def init(_), do: {:ok, nil}
  def handle_call(_, _, _), do: {:noreply, nil}
end

me = self()

for reason <- [:kill, :boom, :shutdown] do
  {:ok, pid} = GenServer.start(Never, nil)
  spawn(fn -> send(me, outcome(fn -> GenServer.call(pid, :ask) end)) end)
  settle()
  Process.exit(pid, reason)
  say(take())
end
