# One node of an apothik in Elixir: five fixed nodes, a key's node by phash2, no copies. What runs
# on a node when the cache is asked from there is in Bench.
defmodule Apothik.Cluster do
  @nb_nodes 5

  def nb_nodes, do: @nb_nodes
  def node_name(i), do: :"apothik_#{i}@127.0.0.1"
  def node_list, do: for(i <- 1..@nb_nodes, do: node_name(i))
end

defmodule Apothik.Cache do
  use GenServer
  alias Apothik.Cluster

  def get(k), do: GenServer.call({__MODULE__, key_to_node(k)}, {:get, k})
  def put(k, v), do: GenServer.call({__MODULE__, key_to_node(k)}, {:put, k, v})
  def delete(k), do: GenServer.call({__MODULE__, key_to_node(k)}, {:delete, k})
  def stats, do: GenServer.call(__MODULE__, :stats)

  def start_link(args), do: GenServer.start_link(__MODULE__, args, name: __MODULE__)

  def key_to_node(k), do: Cluster.node_name(:erlang.phash2(k, Cluster.nb_nodes()) + 1)

  @impl true
  def init(_args), do: {:ok, %{}}

  @impl true
  def handle_call({:get, k}, _from, state), do: {:reply, Map.get(state, k), state}
  def handle_call({:put, k, v}, _from, state), do: {:reply, :ok, Map.put(state, k, v)}
  def handle_call({:delete, k}, _from, state), do: {:reply, :ok, Map.delete(state, k)}
  def handle_call(:stats, _from, state), do: {:reply, map_size(state), state}
end

defmodule Bench do
  alias Apothik.Cache

  def cache_get(%{count: count, callers: 1}, keys), do: get(count, Enum.reject(keys, &own?/1))

  def cache_get(%{count: count, callers: callers}, keys) do
    turns = max(1, div(count, callers))
    %{each: each} = Side.timed(callers, callers, fn -> get(turns, keys) end)
    %{each: each / turns}
  end

  def cache_own(%{count: count}, keys), do: get(count, Enum.filter(keys, &own?/1))

  defp own?(key), do: Cache.key_to_node(key) == node()

  defp get(count, keys) do
    keys = List.to_tuple(keys)
    start = Side.now()
    for turn <- 1..count, do: Cache.get(elem(keys, rem(turn, tuple_size(keys))))
    %{each: (Side.now() - start) / count}
  end
end
