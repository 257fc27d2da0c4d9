# link ties to a process of another node; the end of either reaches the other.
import Trace

[b] = peers(1)
remote = Node.spawn(b, &idle/0)
local = spawn(fn -> Process.link(remote) && idle() end)
settle()
ref = Process.monitor(remote)
say(end_with(local, :boom))
say(reason_of(ref))
