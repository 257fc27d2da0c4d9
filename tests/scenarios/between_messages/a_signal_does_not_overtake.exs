# Messages, links and exit signals of one pair keep their order.
import Trace

[b] = peers(1)
me = self()

remote =
  Node.spawn(b, fn ->
    Process.flag(:trap_exit, true)
    send(me, :ready)
    for _ <- 1..4, do: send(me, {:got, take()})
  end)

say(take())
send(remote, :one)
Process.exit(remote, :two)
send(remote, :three)
Process.exit(remote, :four)
for _ <- 1..4, do: say(take())
