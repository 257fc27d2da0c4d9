# Who is registered is linked to the registry, and ends with it.
import Trace

Process.flag(:trap_exit, true)
{:ok, registry} = Registry.start_link(keys: :unique, name: Keys)
me = self()

pid =
  spawn(fn ->
    {:ok, _} = Registry.register(Keys, "door", nil)
    send(me, :registered)
    idle()
  end)

say(take())
ref = Process.monitor(pid)
Process.exit(registry, :kill)
say(reason_of(ref))
