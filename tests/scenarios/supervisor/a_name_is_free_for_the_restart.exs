# A child with a name gets it again when it is started again, however it ended.
import Trace
import Kids

{:ok, _} = Supervisor.start_link([kid(:a)], strategy: :one_for_one, max_restarts: 9)

for reason <- [:normal, :boom, :shutdown] do
  before = Process.whereis(:a)
  fall(:a, reason)
  say(Process.whereis(:a) not in [nil, before])
end

before = Process.whereis(:a)
Process.exit(before, :kill)
settle()
say(Process.whereis(:a) not in [nil, before])
