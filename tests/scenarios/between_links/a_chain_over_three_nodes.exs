# A chain of links over three nodes ends with one reason.
import Trace

[b, c] = peers(2)
last = Node.spawn(c, &idle/0)
middle = Node.spawn(b, fn -> Process.link(last) && idle() end)
first = spawn(fn -> Process.link(middle) && idle() end)
refs = for pid <- [first, middle], do: Process.monitor(pid)
Process.sleep(200)
Process.exit(last, :boom)
say(for ref <- refs, do: reason_of(ref))
