# DOWN of a monitor by name has {name, node} in the pid's place.
import Trace

pid = spawn(&idle/0)
Process.register(pid, :watched)
ref = Process.monitor(:watched)
Process.exit(pid, :boom)
say(take() == {:DOWN, ref, :process, {:watched, node()}, :boom})
