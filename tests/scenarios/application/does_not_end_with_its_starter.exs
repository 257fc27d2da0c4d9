# An application ends when it is stopped, and not with the process that started it.
import Trace
import Kids

defmodule Shop do
  use Application
  def start(_, _), do: Supervisor.start_link([kid(:a)], strategy: :one_for_one)
end

:ok = :application.load({:application, :shop, [mod: {Shop, []}, applications: [:kernel, :stdlib]]})

say(
  fate(fn ->
    Application.start(:shop)
    leave(:boom)
  end)
)

settle()
say(Process.whereis(:a) != nil)
Application.stop(:shop)
:application.unload(:shop)
