# A task runs in a process of its own; await gives its result.
import Trace

me = self()
task = Task.async(fn -> {self() == me, 1 + 1} end)
say(task.pid == me)
say(Task.await(task))
say(more())
