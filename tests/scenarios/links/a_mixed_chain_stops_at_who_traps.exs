# A crash runs along a chain of links up to the process that traps exits.
import Trace

me = self()
last = spawn(&idle/0)
middle = spawn(fn -> Process.link(last) && send(me, :linked) && idle() end)
say(take())

guard =
  spawn(fn ->
    Process.flag(:trap_exit, true)
    Process.link(middle)
    send(me, :linked)
    send(me, {:got, take()})
    idle()
  end)

say(take())
Process.exit(last, :boom)
say(take() == {:got, {:EXIT, middle, :boom}})
say(Process.alive?(guard))
