# A timer that is cancelled in time never fires; cancelling tells how much time was left.
import Trace

ref = Process.send_after(self(), :tick, 60_000)
left = Process.cancel_timer(ref)
say(left > 50_000 and left <= 60_000)
say(Process.cancel_timer(ref))
say(more())
