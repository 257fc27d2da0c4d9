# A child whose restart fails is tried again, each try counting, until the supervisor gives up.
import Trace
import Kids

defmodule Once do
  def start_link(counter) do
    count = Agent.get_and_update(counter, &{&1, &1 + 1})
    say({:try, count})
    if count == 0, do: Kid.start_link(:once), else: {:error, :not_again}
  end
end

Process.flag(:trap_exit, true)
{:ok, counter} = Agent.start(fn -> 0 end)
child = %{id: :once, start: {Once, :start_link, [counter]}}
{:ok, supervisor} = Supervisor.start_link([kid(:a), child], strategy: :one_for_one, max_restarts: 2)
fall(:once, :boom)
say(take() == {:EXIT, supervisor, :shutdown})
