# Who traps exits gets the exit by await, and an EXIT message as well.
import Trace

Process.flag(:trap_exit, true)
task = Task.async(fn -> leave(:boom) end)
say(outcome(fn -> Task.await(task) end))
say(take() == {:EXIT, task.pid, :boom})
say(more())
