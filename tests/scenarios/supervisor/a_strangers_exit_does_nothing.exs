# A supervisor that gets an exit signal of a stranger, other than kill, goes on.
import Trace
import Kids

{:ok, supervisor} = Supervisor.start_link([kid(:a)], strategy: :one_for_one)
spawn(fn -> Process.exit(supervisor, :boom) end)
settle()
say(Supervisor.count_children(supervisor).active)
