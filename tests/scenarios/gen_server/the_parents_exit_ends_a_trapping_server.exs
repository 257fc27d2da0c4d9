# A server that traps exits runs terminate and ends when its parent ends, whatever the parent's reason.
import Trace

defmodule Tells do
  use GenServer

  def init(pid) do
    Process.flag(:trap_exit, true)
    {:ok, pid}
  end

  def handle_info(message, pid), do: {send(pid, message) && :noreply, pid}
  def terminate(reason, _), do: say({:terminate, reason})
end

me = self()

for reason <- [:normal, :boom] do
  parent =
    spawn(fn ->
      {:ok, pid} = GenServer.start_link(Tells, me)
      send(me, pid)
      receive do: (reason -> leave(reason))
    end)

  ref = Process.monitor(take())
  send(parent, reason)
  say(reason_of(ref))
end

say(more())
