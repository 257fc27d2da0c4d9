# A global name goes with its process.
import Trace

pid = spawn(&idle/0)
say(:global.register_name(:printer, pid) == :yes)
say(end_with(pid, :boom))
settle()
say(:global.whereis_name(:printer) == :undefined)
say(:global.register_name(:printer, self()) == :yes)
:global.unregister_name(:printer)
