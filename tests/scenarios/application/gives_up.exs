# An application ends with its top supervisor, and cleans up.
import Trace
import Kids

defmodule Shop do
  use Application
  def start(_, _), do: Supervisor.start_link([kid(:a), kid(:b)], strategy: :one_for_one, max_restarts: 0)
  def stop(_), do: say(:cleaned_up)
end

:ok = :application.load({:application, :shop, [mod: {Shop, []}, applications: [:kernel, :stdlib]]})
Application.start(:shop)
fall(:a, :boom)
say(List.keymember?(Application.started_applications(), :shop, 0))
:application.unload(:shop)
