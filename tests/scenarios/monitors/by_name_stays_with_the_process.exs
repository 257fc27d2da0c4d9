# A monitor by name watches the process that has the name then, whoever gets it later.
import Trace

one = spawn(&idle/0)
Process.register(one, :watched)
ref = Process.monitor(:watched)
Process.unregister(:watched)
two = spawn(&idle/0)
Process.register(two, :watched)
say(end_with(two, :second))
say(more())
Process.exit(one, :first)
say(reason_of(ref))
