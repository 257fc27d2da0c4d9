# terminate runs when handle_cast, handle_info or handle_continue raises.
import Trace

defmodule Fails do
  use GenServer
  def init(:continue), do: {:ok, nil, {:continue, :now}}
  def init(_), do: {:ok, nil}
  def handle_continue(_, _), do: raise("in continue")
  def handle_cast(_, _), do: raise("in cast")
  def handle_info(_, _), do: raise("in info")
  def terminate(reason, _), do: say(reason)
end

{:ok, _} = GenServer.start(Fails, :continue)
settle()
{:ok, one} = GenServer.start(Fails, nil)
GenServer.cast(one, :tell)
settle()
{:ok, two} = GenServer.start(Fails, nil)
send(two, :tell)
settle()
