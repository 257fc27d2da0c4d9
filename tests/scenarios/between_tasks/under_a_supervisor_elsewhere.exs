# A task may run under a supervisor of another node; when the node is lost, await says so.
import Trace

[b] = peers(1)
me = self()

Node.spawn(b, fn ->
  send(me, Task.Supervisor.start_link(name: :workers))
  idle()
end)

{:ok, _} = take()
say(Task.await(Task.Supervisor.async_nolink({:workers, b}, fn -> node() end)))
task = Task.Supervisor.async_nolink({:workers, b}, fn -> idle() end)
halt(b)
say(outcome(fn -> Task.await(task) end))
