# The answer of another node that comes after the call's timeout does not reach the mailbox.
import Trace

defmodule Slow do
  use GenServer
  def init(_), do: {:ok, nil}
  def handle_call(request, _, _), do: {Process.sleep(200) && :reply, request, nil}
end

[b] = peers(1)
{:ok, pid} = on(b, fn -> GenServer.start(Slow, nil) end)
say(outcome(fn -> GenServer.call(pid, :late, 10) end))
say(GenServer.call(pid, :next))
say(more())
