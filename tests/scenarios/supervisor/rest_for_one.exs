# rest_for_one: those that were started after the one that fell are stopped and started again with it.
import Trace
import Kids

Supervisor.start_link([kid(:a), kid(:b), kid(:c), kid(:d)], strategy: :rest_for_one)
fall(:b, :boom)
