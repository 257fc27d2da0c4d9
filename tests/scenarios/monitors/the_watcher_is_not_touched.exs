# A monitor has one direction and ends nobody: the watcher lives on, and its end is nothing to the watched.
import Trace

pid = spawn(&idle/0)
watcher = spawn(fn -> Process.monitor(pid) && idle() end)
say(end_with(watcher, :boom))
say(Process.alive?(pid))
