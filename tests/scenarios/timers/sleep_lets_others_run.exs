# A process that sleeps takes no messages meanwhile; they wait for it.
import Trace

me = self()
spawn(fn -> send(me, :hello) end)
Process.sleep(20)
say(:awake)
say(take(0))
