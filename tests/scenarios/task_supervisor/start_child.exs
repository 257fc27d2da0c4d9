# A child of a task supervisor runs for what it does; it is not started again.
import Trace

{:ok, supervisor} = Task.Supervisor.start_link()
me = self()
{:ok, pid} = Task.Supervisor.start_child(supervisor, fn -> hand_on(me) end)
say(take())
say(Task.Supervisor.children(supervisor) == [pid])
say(end_with(pid, :kill))
settle()
say(Task.Supervisor.children(supervisor))
