# A process that waits for one message lets others come; a timeout counts from the beginning of the receive.
import Trace

me = self()
spawn(fn -> for _ <- 1..10, do: Process.sleep(20) && send(me, :other) end)

say(
  receive do
    :wanted -> :came
  after
    100 -> :timeout
  end
)

say(take())
