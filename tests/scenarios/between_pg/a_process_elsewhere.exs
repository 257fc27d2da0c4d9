# Only its own node can have a process join.
import Trace

[b] = peers(1)
:pg.start(:pg)
remote = Node.spawn(b, &idle/0)
say(elem(outcome(fn -> :pg.join(:cooks, remote) end), 0))
