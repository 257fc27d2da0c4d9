# async_stream without order gives results as they come.
import Trace

stream =
  Task.async_stream([300, 20, 150], fn milliseconds -> Process.sleep(milliseconds) && milliseconds end,
    max_concurrency: 3,
    ordered: false
  )

say(Enum.to_list(stream))
