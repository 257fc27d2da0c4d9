# async_stream kills a task that takes too long, where it is told to, and goes on with the others.
import Trace

stream =
  Task.async_stream([1, 10_000, 2], fn milliseconds -> Process.sleep(milliseconds) && milliseconds end,
    max_concurrency: 3,
    timeout: 300,
    on_timeout: :kill_task
  )

say(Enum.to_list(stream))
