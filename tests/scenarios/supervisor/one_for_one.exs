# one_for_one: only the child that fell is started again.
import Trace
import Kids

Supervisor.start_link([kid(:a), kid(:b), kid(:c)], strategy: :one_for_one)
fall(:b, :boom)
