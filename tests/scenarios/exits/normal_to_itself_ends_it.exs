# The exit signal normal, which does nothing from another process, ends a process that sends it to itself.
import Trace

me = self()

say(
  fate(fn ->
    Process.exit(self(), :normal)
    send(me, :went_on)
  end)
)
say(more())
