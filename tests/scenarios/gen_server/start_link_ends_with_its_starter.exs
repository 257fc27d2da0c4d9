# A server that was started with start_link and does not trap exits ends with its starter.
import Trace

defmodule Plain do
  use GenServer
  def init(_), do: {:ok, nil}
end

me = self()

starter =
  spawn(fn ->
    send(me, GenServer.start_link(Plain, nil))
    receive do: (reason -> leave(reason))
  end)

{:ok, pid} = take()
ref = Process.monitor(pid)
send(starter, :boom)
say(reason_of(ref))
