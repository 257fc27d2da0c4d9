# A receive with the timeout 0 takes what is there, and does not wait.
import Trace

look = fn ->
  receive do
    message -> message
  after
    0 -> :empty
  end
end

say(look.())
send(self(), :hello)
say(look.())
say(look.())
