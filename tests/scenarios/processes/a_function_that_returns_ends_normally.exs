# A process whose function returns ends with :normal, and what it returned is nobody's.
import Trace

{pid, ref} = spawn_monitor(fn -> :what_it_returns end)
say(take() == {:DOWN, ref, :process, pid, :normal})
say(Process.alive?(pid))
