# Who rather goes on than waits gets a task's result, or its end, as a message.
import Trace

{:ok, supervisor} = Task.Supervisor.start_link()
one = Task.Supervisor.async_nolink(supervisor, fn -> :done end)
say(take() == {one.ref, :done})
Process.demonitor(one.ref, [:flush])
two = Task.Supervisor.async_nolink(supervisor, fn -> leave(:boom) end)
say(take() == {:DOWN, two.ref, :process, two.pid, :boom})
say(more())
