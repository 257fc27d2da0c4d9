# What an application needs is started before it, and runs on when it stops.
import Trace
import Kids

defmodule Base do
  use Application
  def start(_, _), do: Supervisor.start_link([kid(:base)], strategy: :one_for_one)
end

defmodule Shop do
  use Application
  def start(_, _), do: Supervisor.start_link([kid(:shop)], strategy: :one_for_one)
end

:ok = :application.load({:application, :base, [mod: {Base, []}, applications: [:kernel, :stdlib]]})
:ok = :application.load({:application, :shop, [mod: {Shop, []}, applications: [:kernel, :stdlib, :base]]})
{:ok, started} = Application.ensure_all_started(:shop)
say(length(started))
{:ok, again} = Application.ensure_all_started(:shop)
say(length(again))
Application.stop(:shop)
say(Process.whereis(:base) != nil)
Application.stop(:base)
for name <- [:shop, :base], do: :application.unload(name)
