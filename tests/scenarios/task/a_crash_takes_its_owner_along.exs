# A task that crashes ends its owner, if that does not trap exits.
import Trace

say(fate(fn -> Task.async(fn -> leave(:boom) end) |> Task.await() end))
