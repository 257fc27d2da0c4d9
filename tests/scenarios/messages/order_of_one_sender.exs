# Messages of one sender arrive in the order in which they were sent.
import Trace

me = self()
spawn(fn -> for number <- 1..100, do: send(me, number) end)
say(for _ <- 1..100, do: take())
