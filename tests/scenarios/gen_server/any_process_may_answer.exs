# Any process may answer a call.
import Trace

defmodule Boss do
  use GenServer
  def init(_), do: {:ok, nil}

  def handle_call(request, from, _) do
    spawn(fn -> GenServer.reply(from, {:done, request}) end)
    {:noreply, nil}
  end
end

{:ok, pid} = GenServer.start(Boss, nil)
say(GenServer.call(pid, :work))
