# Who monitors a group is told who joins and leaves.
import Trace

:pg.start(:pg)
me = self()
pid = spawn(&idle/0)
:pg.join(:cooks, me)
{ref, members} = :pg.monitor(:cooks)
say(members == [me])
:pg.join(:cooks, pid)
say(take() == {ref, :join, :cooks, [pid]})
:pg.leave(:cooks, me)
say(take() == {ref, :leave, :cooks, [me]})
Process.exit(pid, :boom)
say(take() == {ref, :leave, :cooks, [pid]})
:pg.join(:waiters, me)
say(more())
