# Two servers of two nodes that wait for each other: on a BEAM until a call times out, here it is found at
# once.
import Trace

defmodule Asks do
  use GenServer
  def init(_), do: {:ok, nil}

  def handle_call([next | rest], _, _), do: {:reply, outcome(fn -> GenServer.call(next, rest, 300) end), nil}
  def handle_call([], _, _), do: {:reply, :end_of_the_chain, nil}
end

[b] = peers(1)
{:ok, one} = GenServer.start(Asks, nil)
{:ok, two} = on(b, fn -> GenServer.start(Asks, nil) end)
say(GenServer.call(one, [two]))
say(GenServer.call(one, [two, one]))
