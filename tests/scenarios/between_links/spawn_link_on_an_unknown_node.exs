# spawn_link on a node that is not there: an EXIT message noconnection on a BEAM, NodeDown at the caller here.
import Trace

Process.flag(:trap_exit, true)
Node.spawn_link(:"nowhere@127.0.0.1", &idle/0)
{:EXIT, _, reason} = more(3000)
say(reason)
