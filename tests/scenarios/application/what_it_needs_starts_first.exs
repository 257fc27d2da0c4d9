# What an application needs is started before it, once; all that was started runs, and one is stopped alone.

import Trace

defmodule Prog do
  use Application

  def start(_type, [told, name]) do
    send(told, {:start, name})
    {:ok, pid} = Supervisor.start_link([], strategy: :one_for_one)
    {:ok, pid, [told, name]}
  end

  def stop([told, name]), do: send(told, {:stop, name})

  def load(name, needs) do
    keys = [
      description: ~c"",
      vsn: ~c"1",
      modules: [],
      registered: [],
      applications: [:kernel, :stdlib] ++ needs,
      mod: {Prog, [self(), name]}
    ]

    :ok = :application.load({:application, name, keys})
  end
end

running = fn ->
  for {name, _, _} <- Enum.reverse(:application.which_applications()), name in [:log, :store, :web], do: name
end

Prog.load(:log, [])
Prog.load(:store, [:log])
Prog.load(:web, [:store, :log])
{:ok, started} = :application.ensure_all_started(:web)
say(started)
for _ <- 1..3, do: say(take())
say(more())
say(running.())
say(:application.ensure_all_started(:web))
:ok = :application.stop(:store)
say(take())
say(running.())
{:ok, again} = :application.ensure_all_started(:store)
say(again)
say(take())
for name <- [:web, :store, :log], do: :application.stop(name)
for _ <- 1..3, do: say(take())
say(running.())
for name <- [:web, :store, :log], do: :application.unload(name)
