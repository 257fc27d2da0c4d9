# The children of supervisors in scenarios; `kids.py` has the same.
defmodule Kid do
  @moduledoc false
  use GenServer

  def start_link(name), do: GenServer.start_link(Kid, name, name: name)

  @impl true
  def init(name) do
    Process.flag(:trap_exit, true)
    Trace.say({:start, name})
    {:ok, name}
  end

  @impl true
  def handle_cast({:stop, reason}, name), do: {:stop, reason, name}

  @impl true
  def terminate(reason, name), do: Trace.say({:stop, name, reason})
end

defmodule Kids do
  @moduledoc false

  # The spec of a child that says when it starts and when it stops, and is registered by its id.
  def kid(name, options \\ []), do: Map.merge(%{id: name, start: {Kid, :start_link, [name]}}, Map.new(options))

  # Have a child stop by itself with a reason, and wait until what comes of that has come.
  def fall(name, reason) do
    GenServer.cast(name, {:stop, reason})
    Trace.settle()
  end

  # The start of a child that does not start.
  def refuse(reason), do: {:error, reason}
end
