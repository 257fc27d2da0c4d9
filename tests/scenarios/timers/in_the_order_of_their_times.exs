# Timers fire in the order of their times, not in that of their making.
import Trace

for milliseconds <- [300, 20, 150], do: Process.send_after(self(), milliseconds, milliseconds)
for _ <- 1..3, do: say(take())
