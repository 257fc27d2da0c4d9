# What a server returns that is no answer ends it on a BEAM; here whatever it returns is the answer.
import Trace

defmodule Odd do
  use GenServer
  def init(_), do: {:ok, nil}
  def handle_call(_, _, _), do: :nonsense
end

{:ok, pid} = GenServer.start(Odd, nil)
say(outcome(fn -> GenServer.call(pid, :ask) end))
