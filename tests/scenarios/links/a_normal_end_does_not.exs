# A process that ends normally leaves those linked to it alone.
import Trace

me = self()

pid =
  spawn(fn ->
    child = spawn_link(&settle/0)
    send(me, ended(child))
    idle()
  end)

say(take())
say(Process.alive?(pid))
