# send_after sends the message when the time has passed, once.
import Trace

ref = Process.send_after(self(), :tick, 20)
say(is_reference(ref))
say(more(5))
say(take())
say(more())
