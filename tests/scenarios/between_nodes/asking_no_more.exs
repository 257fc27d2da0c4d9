# Who no longer asks is told no more.
import Trace

:net_kernel.monitor_nodes(true)
:net_kernel.monitor_nodes(false)
peers(1)
say(more())
