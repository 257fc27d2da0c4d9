# The prompt's side of the apothik in Elixir, as bench/own/cache.py is ours. `fill` without a window
# is the story's; with one it is what an Elixir programmer would write.
Code.require_file("side.exs", __DIR__)
Code.require_file("apothik.exs", __DIR__)

defmodule Master do
  alias Apothik.Cluster

  def put(i, k, v), do: :rpc.call(Cluster.node_name(i), Apothik.Cache, :put, [k, v])

  def fill(i, n, 1), do: Enum.each(1..n, fn j -> put(i, "k_#{i}_#{j}", j) end)

  def fill(i, n, window) do
    1..n
    |> Task.async_stream(fn j -> put(i, "k_#{i}_#{j}", j) end, max_concurrency: window, ordered: false)
    |> Stream.run()
  end

  def fill(%{count: count, window: window}) do
    start = Side.now()
    fill(1, count, window)
    %{each: (Side.now() - start) / count}
  end

  def ask(task, options) do
    keys = for j <- 1..1000, do: "k_1_#{j}"
    :rpc.call(Cluster.node_name(1), Bench, task, [options, keys])
  end
end

for name <- Apothik.Cluster.node_list(), do: :pong = Node.ping(name)

for name <- Apothik.Cluster.node_list(), other <- Apothik.Cluster.node_list() do
  :pong = :rpc.call(name, Node, :ping, [other])
end

Master.fill(1, 1000, 64)

Side.serve(%{
  "fill" => &Master.fill/1,
  "cache_get" => &Master.ask(:cache_get, &1),
  "cache_own" => &Master.ask(:cache_own, &1)
})
