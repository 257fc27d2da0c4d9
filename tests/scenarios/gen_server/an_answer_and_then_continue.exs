# A server that answers and continues does the continuing before it takes the next message.
import Trace

defmodule Busy do
  use GenServer
  def init(_), do: {:ok, []}
  def handle_call(:ask, _, seen), do: {:reply, :answer, [:call | seen], {:continue, :work}}
  def handle_call(:seen, _, seen), do: {:reply, Enum.reverse(seen), seen}
  def handle_continue(step, seen), do: {settle() && :noreply, [step | seen]}
  def handle_cast(message, seen), do: {:noreply, [message | seen]}
end

{:ok, pid} = GenServer.start(Busy, nil)
say(GenServer.call(pid, :ask))
GenServer.cast(pid, :cast)
say(GenServer.call(pid, :seen))
