# await gives up after its timeout; the task goes on, and its late result does not reach the mailbox.
import Trace

me = self()
task = Task.async(fn -> Process.sleep(200) && send(me, :done) end)
say(outcome(fn -> Task.await(task, 10) end))
say(take())
say(more())
