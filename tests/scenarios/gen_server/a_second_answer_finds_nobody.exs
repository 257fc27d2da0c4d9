# A second answer to one call is dropped.
import Trace

defmodule Twice do
  use GenServer
  def init(_), do: {:ok, nil}

  def handle_call(_, from, _) do
    GenServer.reply(from, :first)
    settle()
    {:reply, :second, nil}
  end
end

{:ok, pid} = GenServer.start(Twice, nil)
say(GenServer.call(pid, :ask))
say(more())
