# one_for_all: the others are stopped, last first, and all are started again in order.
import Trace
import Kids

Supervisor.start_link([kid(:a), kid(:b), kid(:c)], strategy: :one_for_all)
fall(:b, :boom)
