# When init exits, start gives the reason; when a process that it is linked to ends it, too.
import Trace

defmodule Exits do
  use GenServer
  def init(:by_itself), do: leave(:bad)
  def init(:by_link), do: {spawn_link(fn -> leave(:bang) end) && idle(), nil}
end

say(started(fn -> GenServer.start(Exits, :by_itself) end))
say(started(fn -> GenServer.start(Exits, :by_link) end))
