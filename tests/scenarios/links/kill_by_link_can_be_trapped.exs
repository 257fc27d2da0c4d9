# A process that ends itself with the reason kill: its links carry kill, which over a link is no order, and is
# trapped like any other.
import Trace

Process.flag(:trap_exit, true)
child = spawn_link(fn -> leave(:kill) end)
say(take() == {:EXIT, child, :kill})
