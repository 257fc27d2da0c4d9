# What a process sent before its end arrives before its DOWN.
import Trace

me = self()

{pid, ref} =
  spawn_monitor(fn ->
    for number <- 1..3, do: send(me, number)
    leave(:boom)
  end)

say(for _ <- 1..3, do: take())
say(take() == {:DOWN, ref, :process, pid, :boom})
