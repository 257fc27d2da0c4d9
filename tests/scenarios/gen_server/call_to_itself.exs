# A server that calls itself is told so at once.
import Trace

defmodule Narcissus do
  use GenServer
  def init(_), do: {:ok, nil}
  def handle_call(:ask, _, _), do: {:reply, outcome(fn -> GenServer.call(self(), :ask) end), nil}
end

{:ok, pid} = GenServer.start(Narcissus, nil)
say(GenServer.call(pid, :ask))
