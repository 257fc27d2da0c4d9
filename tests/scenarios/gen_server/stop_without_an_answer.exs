# A server that stops in a call without an answer: the caller's call exits with that reason.
import Trace

defmodule Ends do
  use GenServer
  def init(_), do: {:ok, nil}
  def handle_call(reason, _, _), do: {:stop, reason, nil}
  def terminate(reason, _), do: say({:terminate, reason})
end

for reason <- [:normal, :shutdown, {:shutdown, :moved}, :boom] do
  {:ok, pid} = GenServer.start(Ends, nil)
  say(outcome(fn -> GenServer.call(pid, reason) end))
end
