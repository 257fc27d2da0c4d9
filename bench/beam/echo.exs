# The servers that are called: as bench/own/server.py and the idle one of bench/own/fresh.py.
defmodule Echo do
  use GenServer

  @impl true
  def init(state), do: {:ok, state}

  @impl true
  def handle_call({:size, value}, _from, state), do: {:reply, byte_size(value), state}
  def handle_call(:state, _from, state), do: {:reply, state, state}
  def handle_call(request, _from, state), do: {:reply, request, state}

  @impl true
  def handle_cast(_message, state), do: {:noreply, state}
end
