# A unique key has one owner; others are told who it is.
import Trace

{:ok, _} = Registry.start_link(keys: :unique, name: Keys)
{:ok, _} = Registry.register(Keys, "door", :front)
say(Registry.lookup(Keys, "door") == [{self(), :front}])
me = self()
spawn(fn -> send(me, Registry.register(Keys, "door", :back)) end)
say(take() == {:error, {:already_registered, me}})
say(Registry.lookup(Keys, "window"))
