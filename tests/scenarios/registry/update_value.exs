# The owner of a unique key may change its value; nobody else can.
import Trace

{:ok, _} = Registry.start_link(keys: :unique, name: Keys)
{:ok, _} = Registry.register(Keys, "count", 1)
say(Registry.update_value(Keys, "count", &(&1 + 1)))
say(for {_, value} <- Registry.lookup(Keys, "count"), do: value)
say(Registry.update_value(Keys, "other", &(&1 + 1)))
