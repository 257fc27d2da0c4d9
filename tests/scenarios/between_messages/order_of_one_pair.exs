# Messages of one process to one of another node arrive in their order, whatever their size.
import Trace

[b] = peers(1)
me = self()

Node.spawn(b, fn ->
  for number <- 1..20, do: send(me, {number, String.duplicate("x", rem(number, 3) * 100_000)})
end)

say(for _ <- 1..20, do: elem(take(), 0))
