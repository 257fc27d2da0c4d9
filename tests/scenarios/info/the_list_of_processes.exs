# The list of processes has those that run, and not those that have ended.
import Trace

one = spawn(&idle/0)
{two, ref} = spawn_monitor(fn -> :ok end)
say(reason_of(ref))
say(one in Process.list())
say(two in Process.list())
say(self() in Process.list())
