# Who traps exits gets ("EXIT", pid, reason), also for a normal end.
import Trace

Process.flag(:trap_exit, true)
one = spawn_link(fn -> leave(:boom) end)
say(take() == {:EXIT, one, :boom})
two = spawn_link(fn -> :ok end)
say(take() == {:EXIT, two, :normal})
say(more())
