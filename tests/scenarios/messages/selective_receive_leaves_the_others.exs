# A selective receive takes the first message that matches, and leaves the others in their order.
import Trace

for message <- [{:a, 1}, {:b, 1}, {:a, 2}, {:b, 2}], do: send(self(), message)
receive do: ({:b, n} -> say({:b, n}))
receive do: ({:b, n} -> say({:b, n}))
say(take())
say(take())
say(more())
