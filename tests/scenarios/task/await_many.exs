# await_many gives the results in the order of the tasks.
import Trace

tasks = for milliseconds <- [300, 20, 150], do: Task.async(fn -> Process.sleep(milliseconds) && milliseconds end)
say(Task.await_many(tasks))
