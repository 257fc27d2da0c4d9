# A spawned process runs by itself; messages between two processes keep their order.
import Trace

me = self()

{child, ref} =
  spawn_monitor(fn ->
    for number <- [1, 2, 3], do: send(me, {self(), number})
  end)

say(child == me)
for _ <- 1..3, do: say(take())
say(reason_of(ref))
