# A call that takes too long gives up; what it did not take is not heard of later.
import Trace

[b] = peers(1)
say(:rpc.call(b, Process, :sleep, [300], 20))
Process.sleep(400)
say(more())
