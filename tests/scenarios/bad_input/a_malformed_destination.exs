# A message to what is no destination is an error at the sender.
import Trace

for wrong <- [7, {:name, 7}, {:a, :b, :c}] do
  say(outcome(fn -> send(wrong, :hello) end))
end
