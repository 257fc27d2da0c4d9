# A server that is killed while its init runs: start gives killed.
import Trace

defmodule Doomed do
  use GenServer
  def init(pid), do: send(pid, self()) && idle()
end

me = self()
spawn(fn -> send(me, {:started, started(fn -> GenServer.start(Doomed, me) end)}) end)
Process.exit(take(), :kill)
say(take())
