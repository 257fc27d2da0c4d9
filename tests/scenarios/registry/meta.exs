# A registry keeps notes.
import Trace

{:ok, _} = Registry.start_link(keys: :unique, name: Keys, meta: [colour: :red])
say(Registry.meta(Keys, :colour) |> elem(1))
Registry.put_meta(Keys, :size, 3)
say(Registry.meta(Keys, :size) |> elem(1))
