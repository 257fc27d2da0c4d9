# A child whose start returns no pid is not started; those before it are stopped.
import Trace
import Kids

defmodule Odd do
  def start_link, do: :nonsense
end

Process.flag(:trap_exit, true)
odd = %{id: :odd, start: {Odd, :start_link, []}}
{:error, {:shutdown, {what, id, _}}} = Supervisor.start_link([kid(:a), odd], strategy: :one_for_one)
say({what, id})
