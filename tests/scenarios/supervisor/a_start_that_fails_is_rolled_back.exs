# When a child does not start, those before it are stopped again, and the start fails.
import Trace
import Kids

Process.flag(:trap_exit, true)
bad = %{id: :bad, start: {Kids, :refuse, [:no_disk]}}
say(started(fn -> Supervisor.start_link([kid(:a), kid(:b), bad, kid(:c)], strategy: :one_for_one) end))
{:EXIT, _, reason} = more()
say(reason)
