# A monitor by a name that nobody has there: noproc; on a node that is not there: noconnection.
import Trace

[b] = peers(1)
Process.monitor({:nobody, b})
say(take())
Process.monitor({:nobody, :"nowhere@127.0.0.1"})
say(take())
