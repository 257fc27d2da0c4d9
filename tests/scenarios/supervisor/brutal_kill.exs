# A child with brutal_kill is killed without its terminate being run.
import Trace
import Kids

{:ok, supervisor} = Supervisor.start_link([kid(:a, shutdown: :brutal_kill), kid(:b)], strategy: :one_for_one)
ref = Process.monitor(:a)
Supervisor.stop(supervisor)
say(reason_of(ref))
