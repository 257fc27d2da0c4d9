# A monitor of a name that nobody has: DOWN comes with noproc and {name, node}.
import Trace

Process.monitor(:nobody)
say(take())
Process.monitor({:nobody, node()})
say(take())
