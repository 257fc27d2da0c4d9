# A process that ends leaves its groups.
import Trace

:pg.start(:pg)
pid = spawn(&idle/0)
:pg.join(:cooks, pid)
say(:pg.get_members(:cooks) == [pid])
say(end_with(pid, :boom))
settle()
say(:pg.get_members(:cooks))
