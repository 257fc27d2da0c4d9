# A global name has one owner.
import Trace

say(:global.whereis_name(:printer) == :undefined)
say(:global.register_name(:printer, self()) == :yes)
say(:global.register_name(:printer, spawn(&idle/0)) == :yes)
say(:global.whereis_name(:printer) == self())
:global.send(:printer, :hello)
say(take())
:global.unregister_name(:printer)
say(:global.whereis_name(:printer) == :undefined)
