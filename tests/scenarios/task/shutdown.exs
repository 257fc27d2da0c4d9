# shutdown ends a task that still runs, and gives the result of one that has ended.
import Trace

Process.flag(:trap_exit, true)
running = Task.async(&idle/0)
say(Task.shutdown(running))
say(Process.alive?(running.pid))
done = Task.async(fn -> :done end)
settle()
say(Task.shutdown(done))
killed = Task.async(&idle/0)
say(Task.shutdown(killed, :brutal_kill))
say(Process.alive?(killed.pid))
