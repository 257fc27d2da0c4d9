# Exit signals reach processes of other nodes, and do there what they do at home.
import Trace

[b] = peers(1)

for reason <- [:boom, :shutdown, {:shutdown, :moved}, :kill] do
  say(end_with(Node.spawn(b, &idle/0), reason))
end

me = self()
trapping = Node.spawn(b, fn -> hand_on(me) end)
say(take())
Process.exit(trapping, :normal)
say(take() == {:got, {:EXIT, me, :normal}})
Process.exit(trapping, :boom)
say(take() == {:got, {:EXIT, me, :boom}})
say(end_with(trapping, :kill))
