# A relay hands on in the order in which it gets.
import Trace

me = self()

relay =
  spawn(fn ->
    for _ <- 1..4 do
      receive do: (message -> send(me, message))
    end
  end)

for message <- [:a, :b, :c, :d], do: send(relay, message)
say(for _ <- 1..4, do: take())
