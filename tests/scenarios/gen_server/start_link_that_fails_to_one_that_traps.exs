# When init stops under start_link, a starter on a BEAM gets the error and the exit signal of the link as
# well. Here it gets the error alone.
import Trace

defmodule Refuses do
  use GenServer
  def init(reason), do: {:stop, reason}
end

Process.flag(:trap_exit, true)
say(started(fn -> GenServer.start_link(Refuses, :bad) end))
{:EXIT, _, reason} = more()
say(reason)
