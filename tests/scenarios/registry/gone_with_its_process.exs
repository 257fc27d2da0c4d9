# What a process registered is gone when it has ended, and the key is free.
import Trace

{:ok, _} = Registry.start_link(keys: :unique, name: Keys)
me = self()

pid =
  spawn(fn ->
    {:ok, _} = Registry.register(Keys, "door", nil)
    send(me, :registered)
    idle()
  end)

say(take())
say(end_with(pid, :kill))
say(Registry.lookup(Keys, "door"))
{:ok, _} = Registry.register(Keys, "door", nil)
settle()
say(Registry.count(Keys))
