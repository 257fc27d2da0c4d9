# An application starts its children in order, stops them in reverse order, and cleans up at the end.
import Trace
import Kids

defmodule Shop do
  use Application
  def start(_, _), do: Supervisor.start_link([kid(:a), kid(:b)], strategy: :one_for_one)
  def stop(_), do: say(:cleaned_up)
end

:ok = :application.load({:application, :shop, [mod: {Shop, []}, applications: [:kernel, :stdlib]]})
say(Application.start(:shop))
say(Application.stop(:shop))
settle()
:application.unload(:shop)
