# A monitor by {name, node}: DOWN has {name, node} in the pid's place.
import Trace

[b] = peers(1)
remote = Node.spawn(b, &idle/0)
on(b, fn -> Process.register(remote, :watched) end)
ref = Process.monitor({:watched, b})
Process.exit(remote, :boom)
say(take() == {:DOWN, ref, :process, {:watched, b}, :boom})
say(more())
