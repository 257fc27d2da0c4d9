# A timer that has fired cannot be cancelled; its message stays.
import Trace

ref = Process.send_after(self(), :tick, 0)
settle()
say(Process.cancel_timer(ref) == false)
say(take())
