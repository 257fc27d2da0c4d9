# A selective receive finds its message behind many others, which stay in their order.
import Trace

for number <- 1..1000, do: send(self(), {:n, number})
send(self(), :wanted)
say(receive do: (:wanted -> :found))
say(for _ <- 1..5, do: elem(take(), 1))
say(Process.info(self(), :message_queue_len) |> elem(1))
