# When init ignores, nothing is started: start gives ignore on a BEAM, None here.
import Trace

defmodule Idle do
  use GenServer
  def init(_), do: :ignore
end

Process.flag(:trap_exit, true)
say(GenServer.start_link(Idle, nil, name: :idle))
say(Process.whereis(:idle))
{:EXIT, _, reason} = more()
say(reason)
