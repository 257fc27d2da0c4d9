# Monitoring twice gives two references and two DOWNs.
import Trace

pid = spawn(&idle/0)
one = Process.monitor(pid)
two = Process.monitor(pid)
say(one == two)
Process.exit(pid, :boom)
got = for _ <- 1..2, do: elem(take(), 1)
say(Enum.sort(got) == Enum.sort([one, two]))
say(more())
