# When init stops, start gives the reason as an error.
import Trace

defmodule Refuses do
  use GenServer
  def init(reason), do: {:stop, reason}
end

say(started(fn -> GenServer.start(Refuses, :bad) end))
say(started(fn -> GenServer.start(Refuses, :normal, name: :refuses) end))
say(Process.whereis(:refuses))
