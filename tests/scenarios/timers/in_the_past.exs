# A timer with a time in the past is an error.
import Trace

say(outcome(fn -> Process.send_after(self(), :tick, -1) end))
