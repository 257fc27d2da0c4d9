# Two parts of a cluster that each gave a name meet again: the loser is killed on a BEAM, and told here.
import Trace

[b] = peers(1)
:global.sync()
me = self()

remote =
  Node.spawn(b, fn ->
    Process.sleep(300)
    :global.register_name(:printer, self())
    collect()
  end)

settle()
Node.disconnect(b)
local = spawn(&collect/0)
say(:global.register_name(:printer, local) == :yes)
Process.sleep(600)
Node.connect(b)
Process.sleep(500)
owner = :global.whereis_name(:printer)
say(owner in [local, remote])
say(on(b, fn -> :global.whereis_name(:printer) == owner end))
say(Enum.count([local, remote], &on(node(&1), fn -> Process.alive?(&1) end)))
send(me, :done)
