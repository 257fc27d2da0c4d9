# An application that runs is not started again.
import Trace
import Kids

defmodule Shop do
  use Application
  def start(_, _), do: Supervisor.start_link([kid(:a)], strategy: :one_for_one)
end

:ok = :application.load({:application, :shop, [mod: {Shop, []}, applications: [:kernel, :stdlib]]})
Application.start(:shop)
{:error, {why, _}} = Application.start(:shop)
say(why)
Application.stop(:shop)
:application.unload(:shop)
