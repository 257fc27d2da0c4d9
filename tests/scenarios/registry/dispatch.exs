# dispatch gives all entries of a key to a function, and does not call it when there are none.
import Trace

{:ok, _} = Registry.start_link(keys: :duplicate, name: Keys)
for value <- [1, 2], do: {:ok, _} = Registry.register(Keys, "room", value)
send_all = fn entries -> for {pid, value} <- Enum.sort(entries), do: send(pid, {:dispatched, value}) end
Registry.dispatch(Keys, "room", send_all)
say(take())
say(take())
Registry.dispatch(Keys, "nobody", fn _ -> send(self(), :called) end)
say(more())
