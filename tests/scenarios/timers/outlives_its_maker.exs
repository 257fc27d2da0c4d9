# A timer goes on when the process that made it has ended.
import Trace

me = self()
say(fate(fn -> Process.send_after(me, :tick, 30) end))
say(take())
