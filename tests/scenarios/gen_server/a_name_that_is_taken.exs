# A second server of one name is not started; the error has the pid of the first.
import Trace

defmodule Named do
  use GenServer
  def init(_), do: {say(:init) && :ok, nil}
end

{:ok, pid} = GenServer.start(Named, nil, name: :named)
say(started(fn -> GenServer.start(Named, nil, name: :named) end) == {:error, {:already_started, pid}})
say(Process.whereis(:named) == pid)
