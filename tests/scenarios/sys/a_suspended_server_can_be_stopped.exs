# A suspended server can be stopped, and runs its terminate.
import Trace

defmodule Tells do
  use GenServer
  def init(_), do: {:ok, nil}
  def terminate(reason, _), do: say({:terminate, reason})
end

{:ok, pid} = GenServer.start(Tells, nil)
:sys.suspend(pid)
say(GenServer.stop(pid, :shutdown, 500))
