# A call that waits when the node is lost exits with nodedown; when the server is killed, with killed.
import Trace

defmodule Never do
  use GenServer
  def init(_), do: {:ok, nil}
  def handle_call(_, _, _), do: {:noreply, nil}
end

[b] = peers(1)
me = self()
[one, two] = for _ <- 1..2, do: on(b, fn -> GenServer.start(Never, nil) end) |> elem(1)
for pid <- [one, two], do: spawn(fn -> send(me, outcome(fn -> GenServer.call(pid, :ask) end)) end)
settle()
Process.exit(one, :kill)
say(take())
halt(b)
say(take())
