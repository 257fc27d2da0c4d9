# An answer to a caller that has ended is dropped, and the server goes on.
import Trace

defmodule Later do
  use GenServer
  def init(_), do: {:ok, nil}
  def handle_call(:wait, from, _), do: {:noreply, from}
  def handle_call(:answer, _, from), do: {:reply, GenServer.reply(from, :too_late), nil}
end

{:ok, pid} = GenServer.start(Later, nil)
caller = spawn(fn -> GenServer.call(pid, :wait) end)
settle()
say(end_with(caller, :boom))
say(GenServer.call(pid, :answer))
