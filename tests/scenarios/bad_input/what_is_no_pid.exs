# link, monitor and exit want a pid.
import Trace

say(outcome(fn -> Process.link(:no_pid) end))
say(outcome(fn -> Process.monitor(7) end))
say(outcome(fn -> Process.exit(7, :boom) end))
