# When init raises, start gives the crash as an error.
import Trace

defmodule Fails do
  use GenServer
  def init(_), do: raise("no disk")
end

say(started(fn -> GenServer.start(Fails, nil) end))
