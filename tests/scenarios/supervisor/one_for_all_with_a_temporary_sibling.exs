# one_for_all: a temporary child that is stopped because of another is not started again.
import Trace
import Kids

{:ok, supervisor} =
  Supervisor.start_link([kid(:a, restart: :temporary), kid(:b), kid(:c, restart: :transient)], strategy: :one_for_all)

fall(:b, :boom)
say(Supervisor.count_children(supervisor))
