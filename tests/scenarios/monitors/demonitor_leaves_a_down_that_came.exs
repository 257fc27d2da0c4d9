# A plain demonitor leaves a DOWN that is in the mailbox already; with flush it goes too.
import Trace

down = fn ->
  {pid, ref} = spawn_monitor(&idle/0)
  say(end_with(pid, :boom))
  settle()
  ref
end

Process.demonitor(down.())
say(elem(take(), 0))
Process.demonitor(down.(), [:flush])
say(more())
