# When a supervisor is killed, its children hear of it by their links, all at once, with killed.
import Trace
import Kids

Process.flag(:trap_exit, true)
{:ok, supervisor} = Supervisor.start_link([kid(:a)], strategy: :one_for_one)
ref = Process.monitor(:a)
killed = end_with(supervisor, :kill)
say(reason_of(ref))
say(killed)
