# async_stream gives results in the order of the items, though later ones are ready before.
import Trace

stream =
  Task.async_stream([300, 20, 150], fn milliseconds -> Process.sleep(milliseconds) && milliseconds end,
    max_concurrency: 3
  )

say(Enum.to_list(stream))
