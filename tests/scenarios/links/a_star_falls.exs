# A process with many links takes all along when it crashes, and none when it ends normally.
import Trace

for reason <- [:normal, :boom] do
  others = for _ <- 1..5, do: spawn(&idle/0)

  say(
    fate(fn ->
      for pid <- others, do: Process.link(pid)
      leave(reason)
    end)
  )

  settle()
  say(Enum.count(others, &Process.alive?/1))
end
