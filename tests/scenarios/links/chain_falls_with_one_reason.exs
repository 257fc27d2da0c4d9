# In a chain of links, one crash ends all with the same reason.
import Trace

me = self()
last = spawn(&idle/0)

chain = fn chain, links ->
  if links > 0, do: spawn_link(fn -> chain.(chain, links - 1) end), else: Process.link(last)
  if links == 0, do: send(me, :linked)
  idle()
end

first = spawn(fn -> chain.(chain, 3) end)
say(take())
ref = Process.monitor(first)
Process.exit(last, :boom)
say(reason_of(ref))
