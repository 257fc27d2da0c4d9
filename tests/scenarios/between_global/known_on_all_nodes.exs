# A global name is known on all nodes when register_name returns, and taken for all.
import Trace

[b] = peers(1)
:global.sync()
say(:global.register_name(:printer, self()) == :yes)
me = self()
say(on(b, fn -> :global.whereis_name(:printer) == me end))
say(on(b, fn -> :global.register_name(:printer, self()) == :yes end))
on(b, fn -> :global.send(:printer, :hello) end)
say(take())
say(on(b, fn -> :global.unregister_name(:printer) && :global.whereis_name(:printer) == :undefined end))
say(:global.whereis_name(:printer) == :undefined)
