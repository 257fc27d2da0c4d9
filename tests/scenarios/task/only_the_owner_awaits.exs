# A task is awaited by its owner and nobody else.
import Trace

task = Task.async(fn -> :done end)
me = self()
spawn(fn -> send(me, outcome(fn -> Task.await(task) end)) end)
say(receive do: ({:raised, what} -> what))
say(Task.await(task))
