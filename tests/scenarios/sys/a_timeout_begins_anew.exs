# A system request begins a server's idle timeout anew, and suspension holds it.

import Trace

defmodule Idle do
  use GenServer

  def init(told), do: {:ok, told, 100}

  def handle_info(:timeout, told) do
    send(told, :timeout)
    {:noreply, told}
  end
end

{:ok, pid} = GenServer.start(Idle, self())
Process.sleep(60)
_ = :sys.get_state(pid)
Process.sleep(60)
say(:not_yet)
:sys.suspend(pid)
Process.sleep(200)
:sys.resume(pid)
Process.sleep(60)
say(:not_yet)
say(take())
