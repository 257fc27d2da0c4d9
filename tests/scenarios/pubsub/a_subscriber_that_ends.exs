# A subscriber that ends is one no more, and the others hear on.
import Trace

:pg.start(:pg)
publish = fn topic, message -> for pid <- :pg.get_members(topic), do: send(pid, message) end
other = spawn(&collect/0)
:pg.join("weather", [self(), other])
publish.("weather", "rain")
say(take())
say(collected(other))
say(end_with(other, :kill))
settle()
publish.("weather", "sun")
say(take())
