# A process that monitors a thousand others gets a DOWN of each, once.
import Trace

refs = for number <- 1..1000, do: elem(spawn_monitor(fn -> leave(number) end), 1)
got = for _ <- refs, do: take()
say(Enum.sort(for {:DOWN, ref, :process, _, _} <- got, do: ref) == Enum.sort(refs))
say(Enum.sum(for {:DOWN, _, :process, _, reason} <- got, do: reason))
say(more())
