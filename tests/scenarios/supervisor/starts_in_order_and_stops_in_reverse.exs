# Children start in the order of the list, and stop in reverse order with the reason shutdown.
import Trace
import Kids

{:ok, supervisor} = Supervisor.start_link([kid(:a), kid(:b), kid(:c)], strategy: :one_for_one)
say(:started)
say(Supervisor.stop(supervisor))
