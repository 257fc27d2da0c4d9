# A server that traps exits gets the exit signal of anybody but its parent by handle_info.
import Trace

defmodule Tells do
  use GenServer

  def init(pid) do
    Process.flag(:trap_exit, true)
    {:ok, pid}
  end

  def handle_info({:EXIT, _, reason}, pid), do: {send(pid, {:got, reason}) && :noreply, pid}
end

{:ok, pid} = GenServer.start(Tells, self())
spawn(fn -> Process.exit(pid, :boom) end)
say(take())
spawn(fn -> Process.link(pid) && leave(:bang) end)
say(take())
say(Process.alive?(pid))
