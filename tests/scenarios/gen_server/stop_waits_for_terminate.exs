# GenServer.stop returns when terminate has run and the server has ended.
import Trace

defmodule Tells do
  use GenServer
  def init(_), do: {:ok, nil}
  def terminate(reason, _), do: Process.sleep(20) && say({:terminate, reason})
end

for reason <- [:normal, :shutdown, :boom] do
  {:ok, pid} = GenServer.start(Tells, nil)
  say(GenServer.stop(pid, reason))
  say(Process.alive?(pid))
end
