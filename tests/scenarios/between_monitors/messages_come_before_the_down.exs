# What a process sent from another node before its end arrives before its DOWN.
import Trace

[b] = peers(1)
me = self()

{remote, ref} =
  Node.spawn_monitor(b, fn ->
    for number <- 1..5, do: send(me, number)
    leave(:boom)
  end)

say(for _ <- 1..5, do: take())
say(take() == {:DOWN, ref, :process, remote, :boom})
