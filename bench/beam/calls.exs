# A BEAM node, asked for what bench/own/calls.py and bench/own/fresh.py are. Its argument is the
# other node. The distribution is Erlang's own, which does not encrypt.
Code.require_file("side.exs", __DIR__)
Code.require_file("echo.exs", __DIR__)

defmodule Calls do
  def call_local(%{count: count}) do
    {:ok, server} = GenServer.start(Echo, nil)
    readings = Side.timed(count, fn -> GenServer.call(server, Side.request()) end)
    GenServer.stop(server)
    readings
  end

  def call_remote(peer, options), do: many(options, fn -> GenServer.call({:echo, peer}, Side.request()) end)

  def rpc(peer, options), do: many(options, fn -> :rpc.call(peer, :math, :sqrt, [16]) end)

  def cast_remote(peer, %{count: count}) do
    start = Side.now()
    Side.repeat(count, fn -> GenServer.cast({:echo, peer}, Side.request()) end)
    GenServer.call({:echo, peer}, Side.request(), :infinity)
    %{each: (Side.now() - start) / count}
  end

  def spawn_one(%{count: count}) do
    Side.timed(count, fn ->
      {_, ref} = spawn_monitor(fn -> :ok end)

      receive do
        {:DOWN, ^ref, _, _, _} -> :ok
      end
    end)
  end

  def latency(peer, %{count: count}) do
    times =
      for _ <- 1..count do
        start = Side.now()
        GenServer.call({:echo, peer}, Side.request())
        Side.now() - start
      end

    sorted = Enum.sort(times)
    %{each: Enum.at(sorted, div(count, 2)), p99: Enum.at(sorted, div(count * 99, 100))}
  end

  def load(peer, %{callers: callers} = options) do
    others = for _ <- 1..callers, do: spawn(fn -> saturate(peer) end)
    readings = latency(peer, options)
    Enum.each(others, &Process.exit(&1, :kill))
    readings
  end

  def idle(%{count: count}) do
    before = :erlang.memory(:total)
    start = Side.now()

    servers =
      for n <- 1..count do
        {:ok, pid} = GenServer.start(Echo, n)
        pid
      end

    started = Side.now() - start
    taken = :erlang.memory(:total) - before
    sum = servers |> Enum.map(&GenServer.call(&1, :state)) |> Enum.sum()
    ^sum = div(count * (count + 1), 2)
    end_all(servers)
    %{each: started / count, bytes: taken / count}
  end

  def names(%{count: count, names: names}) do
    servers =
      for i <- 0..(names - 1) do
        {:ok, pid} = GenServer.start(Echo, i, name: :"name_#{i}")
        pid
      end

    few = min(names, 100)
    wanted = List.to_tuple(for i <- 0..(few - 1), do: :"name_#{div(i * names, few)}")
    start = Side.now()
    for turn <- 1..count, do: GenServer.call(elem(wanted, rem(turn, few)), Side.request())
    readings = %{each: (Side.now() - start) / count}
    end_all(servers)
    readings
  end

  def sizes(peer, %{count: count, size: size}) do
    value = :binary.copy(<<0>>, size)
    Side.timed(count, fn -> GenServer.call({:echo, peer}, {:size, value}, :infinity) end)
  end

  def large(peer, %{count: count, size: size}) do
    %{each: each} = sizes(peer, %{count: count, size: size})
    %{each: each, per_byte: each / size}
  end

  defp many(%{callers: 1, count: count}, act), do: Side.timed(count, act)
  defp many(%{callers: callers, count: count}, act), do: Side.timed(count, callers, act)

  defp saturate(peer) do
    GenServer.call({:echo, peer}, Side.request())
    saturate(peer)
  end

  defp end_all(servers) do
    refs = Enum.map(servers, &Process.monitor/1)
    Enum.each(servers, &Process.exit(&1, :kill))

    for ref <- refs do
      receive do
        {:DOWN, ^ref, _, _, _} -> :ok
      end
    end

    :erlang.garbage_collect()
  end
end

[name] = System.argv()
peer = String.to_atom(name)
:pong = Node.ping(peer)

Side.serve(%{
  "call_local" => &Calls.call_local/1,
  "call_remote" => &Calls.call_remote(peer, &1),
  "callers" => &Calls.call_remote(peer, &1),
  "cast_remote" => &Calls.cast_remote(peer, &1),
  "rpc" => &Calls.rpc(peer, &1),
  "spawn" => &Calls.spawn_one/1,
  "latency" => &Calls.latency(peer, &1),
  "load" => &Calls.load(peer, &1),
  "idle" => &Calls.idle/1,
  "names" => &Calls.names/1,
  "sizes" => &Calls.sizes(peer, &1),
  "large" => &Calls.large(peer, &1)
})
