# The answer that comes after a call's timeout does not reach the mailbox.
import Trace

defmodule Slow do
  use GenServer
  def init(_), do: {:ok, nil}
  def handle_call(request, _, _), do: {Process.sleep(200) && :reply, request, nil}
end

{:ok, pid} = GenServer.start(Slow, nil)
say(outcome(fn -> GenServer.call(pid, :late, 10) end))
say(GenServer.call(pid, :next))
say(more())
