# Any term is an exit reason.
import Trace

for reason <- [:boom, {:shutdown, 1}, [1, 2], 42, "two words", nil, %{why: :so}] do
  say(fate(fn -> leave(reason) end))
end
