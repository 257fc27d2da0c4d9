# The exit signal kill ends also who traps exits; the reason is then killed.
import Trace

me = self()
pid = spawn(fn -> hand_on(me) end)
say(take())
say(end_with(pid, :kill))
