# A child spec that makes no sense is refused, and nothing is started.
import Trace
import Kids

Process.flag(:trap_exit, true)

for wrong <- [[restart: :sometimes], [shutdown: -1], [type: :boss]] do
  {:error, {what, _}} = Supervisor.start_link([kid(:a), kid(:b, wrong)], strategy: :one_for_one)
  say(what)
end
