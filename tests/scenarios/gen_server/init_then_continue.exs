# What init continues with comes before any message, even one that was sent while init ran.
import Trace

defmodule Eager do
  use GenServer

  def init(_) do
    send(self(), :message)
    {:ok, [], {:continue, :first}}
  end

  def handle_continue(step, seen) do
    case step do
      :first -> {:noreply, [step | seen], {:continue, :second}}
      :second -> {:noreply, [step | seen]}
    end
  end

  def handle_info(message, seen), do: {:noreply, [message | seen]}
  def handle_call(:seen, _, seen), do: {:reply, Enum.reverse(seen), seen}
end

{:ok, pid} = GenServer.start(Eager, nil)
say(GenServer.call(pid, :seen))
