# GenServer.stop whose timeout passes exits with timeout; the server goes on with its terminate.
import Trace

defmodule Slow do
  use GenServer
  def init(_), do: {:ok, nil}
  def terminate(_, _), do: Process.sleep(200)
end

{:ok, pid} = GenServer.start(Slow, nil)
ref = Process.monitor(pid)
say(outcome(fn -> GenServer.stop(pid, :normal, 20) end))
say(Process.alive?(pid))
say(reason_of(ref))
