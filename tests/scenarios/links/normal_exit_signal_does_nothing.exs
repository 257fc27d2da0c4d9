# The exit signal normal from another process does nothing to a process that does not trap exits.
import Trace

child = spawn(&idle/0)
Process.exit(child, :normal)
say(more())
say(Process.alive?(child))
