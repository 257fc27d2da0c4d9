# one_for_all: when a sibling does not start again, the whole is tried again, until the supervisor gives up.
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
once = %{id: :once, start: {Once, :start_link, [counter]}}
{:ok, supervisor} = Supervisor.start_link([kid(:a), once, kid(:z)], strategy: :one_for_all, max_restarts: 2)
fall(:a, :boom)
say(take() == {:EXIT, supervisor, :shutdown})
