# When a node is lost, nodedown comes after the EXIT and DOWN that the loss brings about.
import Trace

Process.flag(:trap_exit, true)
[b] = peers(1)
:net_kernel.monitor_nodes(true)
Node.spawn_monitor(b, &idle/0)
Node.spawn_link(b, &idle/0)
halt(b)
got = [take(), take(), take()]
say(got |> Enum.map(&elem(&1, 0)) |> Enum.sort())
say(List.last(got))
