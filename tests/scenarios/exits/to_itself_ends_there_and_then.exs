# The exit signal to itself ends a process before its next step.
import Trace

me = self()

say(
  fate(fn ->
    Process.exit(self(), :boom)
    send(me, :went_on)
  end)
)
say(more())
