# What is published reaches the subscribers of all nodes, each once. (On the BEAM a group of pg stands for the
# topic.)
import Trace

nodes = [node() | peers(2)]
for node <- nodes, do: on(node, fn -> :pg.start(:pg) && settle() end)
me = self()

subscribe = fn ->
  pid = spawn(fn -> hand_on(me) end)
  :pg.join("weather", pid)
end

for node <- nodes, do: on(node, subscribe)
for _ <- nodes, do: say(take())
settle()
for pid <- :pg.get_members("weather"), do: send(pid, "rain")
for _ <- nodes, do: say(take())
say(more())
