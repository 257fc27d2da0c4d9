# A global name goes with the node of its process, and is free then.
import Trace

[b] = peers(1)
:global.sync()
remote = Node.spawn(b, &idle/0)
say(:global.register_name(:printer, remote) == :yes)
ref = Process.monitor(remote)
halt(b)
say(reason_of(ref))
Process.sleep(100)
say(:global.whereis_name(:printer) == :undefined)
say(:global.register_name(:printer, self()) == :yes)
:global.unregister_name(:printer)
