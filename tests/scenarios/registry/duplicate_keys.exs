# A duplicate key has many owners, and one process may own it several times.
import Trace

{:ok, _} = Registry.start_link(keys: :duplicate, name: Keys)
for value <- [1, 2], do: {:ok, _} = Registry.register(Keys, "room", value)
say(Enum.sort(for {_, value} <- Registry.lookup(Keys, "room"), do: value))
say(Registry.keys(Keys, self()))
say(Registry.count(Keys))
say(Registry.unregister(Keys, "room"))
say(Registry.count(Keys))
