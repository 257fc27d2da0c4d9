# Calls that still wait in the mailbox when a server ends exit with its reason, too.
import Trace

defmodule Busy do
  use GenServer
  def init(_), do: {:ok, nil}
  def handle_call(:work, _, _), do: {Process.sleep(40) && :stop, :boom, nil}
end

{:ok, pid} = GenServer.start(Busy, nil)
me = self()

for _ <- 1..3 do
  spawn(fn -> send(me, outcome(fn -> GenServer.call(pid, :work) end)) end)
end

for _ <- 1..3, do: say(take())
