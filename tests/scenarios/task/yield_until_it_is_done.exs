# yield gives nil for not yet, {ok, result} later, and {exit, reason} for one that ended without.
import Trace

Process.flag(:trap_exit, true)
task = Task.async(fn -> Process.sleep(200) && :done end)
say(Task.yield(task, 10))
say(Task.yield(task, 5_000))
say(Task.yield(Task.async(fn -> leave(:boom) end)))
