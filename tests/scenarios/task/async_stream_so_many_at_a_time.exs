# async_stream runs no more than max_concurrency at a time.
import Trace

me = self()

work = fn number ->
  send(me, {:begin, number})
  Process.sleep(30)
  send(me, {:end, number})
end

Task.async_stream(1..4, work, max_concurrency: 1) |> Stream.run()
for _ <- 1..8, do: say(take())
