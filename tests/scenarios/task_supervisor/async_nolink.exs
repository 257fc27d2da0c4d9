# A task under a supervisor that is not linked: its crash comes by await, and spares the owner.
import Trace

{:ok, supervisor} = Task.Supervisor.start_link()
say(Task.await(Task.Supervisor.async_nolink(supervisor, fn -> 1 + 1 end)))
task = Task.Supervisor.async_nolink(supervisor, fn -> leave(:boom) end)
say(outcome(fn -> Task.await(task) end))
say(more())
