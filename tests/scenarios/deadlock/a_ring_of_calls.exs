# Two servers that wait for each other: on a BEAM until one call times out, here it is found at once.
import Trace

defmodule Asks do
  use GenServer
  def init(_), do: {:ok, nil}

  def handle_call({:ask, [next | rest]}, _, _) do
    answer = outcome(fn -> GenServer.call(next, {:ask, rest}, 200) end)
    {:reply, answer, nil}
  end

  def handle_call({:ask, []}, _, _), do: {:reply, :end_of_the_chain, nil}
end

[one, two] = for _ <- 1..2, do: GenServer.start(Asks, nil) |> elem(1)
say(GenServer.call(one, {:ask, [two]}))
say(GenServer.call(one, {:ask, [two, one]}))
