# A task supervisor that ends takes its tasks along.
import Trace

{:ok, supervisor} = Task.Supervisor.start_link()
{:ok, pid} = Task.Supervisor.start_child(supervisor, &idle/0)
ref = Process.monitor(pid)
say(Supervisor.stop(supervisor))
say(reason_of(ref))
