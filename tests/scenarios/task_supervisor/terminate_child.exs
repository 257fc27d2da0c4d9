# A task of a supervisor can be ended by its pid.
import Trace

{:ok, supervisor} = Task.Supervisor.start_link()
{:ok, pid} = Task.Supervisor.start_child(supervisor, &idle/0)
ref = Process.monitor(pid)
say(Task.Supervisor.terminate_child(supervisor, pid))
say(reason_of(ref))
