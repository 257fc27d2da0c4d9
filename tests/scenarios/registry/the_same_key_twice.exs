# A unique key cannot be had twice, not even by its owner.
import Trace

{:ok, _} = Registry.start_link(keys: :unique, name: Keys)
{:ok, _} = Registry.register(Keys, "door", 1)
say(Registry.register(Keys, "door", 2) == {:error, {:already_registered, self()}})
say(for {_, value} <- Registry.lookup(Keys, "door"), do: value)
say(Registry.unregister(Keys, "door"))
say(Registry.unregister(Keys, "door"))
say(Registry.lookup(Keys, "door"))
