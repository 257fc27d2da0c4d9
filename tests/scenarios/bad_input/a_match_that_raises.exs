# A receive whose match raises: the error comes out, and the message stays.
import Trace

send(self(), {:n, 0})

say(
  outcome(fn ->
    receive do
      {:n, n} when div(1, n) > 0 -> :matched
    after
      0 -> :guards_never_raise
    end
  end)
)

say(take())
