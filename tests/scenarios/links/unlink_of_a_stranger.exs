# unlink of a process that is not linked, or has ended, does nothing.
import Trace

stranger = spawn(&idle/0)
say(outcome(fn -> Process.unlink(stranger) && :fine end))
say(end_with(stranger, :boom))
say(outcome(fn -> Process.unlink(stranger) && :fine end))
