# A server that ends owes an answer to every caller it has put off: their calls exit with its reason.
import Trace

defmodule Later do
  use GenServer
  def init(_), do: {:ok, nil}
  def handle_call(_, _, _), do: {:noreply, nil}
end

{:ok, pid} = GenServer.start(Later, nil)
me = self()
for number <- 1..3, do: spawn(fn -> send(me, {number, outcome(fn -> GenServer.call(pid, :ask) end)}) end)
settle()
say(GenServer.stop(pid, :shutdown))
say(Enum.sort(for _ <- 1..3, do: take()))
