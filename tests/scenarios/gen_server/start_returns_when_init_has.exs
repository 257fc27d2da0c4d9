# start returns when init has run; the state is there for the first call.
import Trace

defmodule Slow do
  use GenServer
  def init(state), do: Process.sleep(20) && say(:init_done) && {:ok, state}
  def handle_call(:get, _, state), do: {:reply, state, state}
end

{:ok, pid} = GenServer.start(Slow, 42)
say(:started)
say(GenServer.call(pid, :get))
