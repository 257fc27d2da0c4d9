# The exit signal kill to itself ends a process that traps exits, too.
import Trace

say(
  fate(fn ->
    Process.flag(:trap_exit, true)
    Process.exit(self(), :kill)
  end)
)
