# re_register_name takes a name from whoever has it.
import Trace

say(:global.register_name(:printer, spawn(&idle/0)) == :yes)
say(:global.re_register_name(:printer, self()) == :yes)
say(:global.whereis_name(:printer) == self())
:global.unregister_name(:printer)
