# One of the five nodes of the apothik in Elixir.
Code.require_file("side.exs", __DIR__)
Code.require_file("apothik.exs", __DIR__)
{:ok, _} = Supervisor.start_link([Apothik.Cache], strategy: :one_for_one)
Side.announce(node())
