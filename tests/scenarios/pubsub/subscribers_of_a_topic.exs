# Who subscribes to a topic is sent what is published under it, in order, and nothing of other topics. (On the
# BEAM a group of pg stands for the topic.)
import Trace

:pg.start(:pg)
publish = fn topic, message -> for pid <- :pg.get_members(topic), do: send(pid, message) end
:pg.join("weather", self())
for message <- ["rain", "sun"], do: publish.("weather", message)
publish.("sports", "goal")
say(take())
say(take())
say(more())
:pg.leave("weather", self())
publish.("weather", "snow")
say(more())
