# An agent whose first function raises is not started.
import Trace

say(started(fn -> Agent.start(fn -> raise "oops" end) end))
