# The reason of a crash on another node tells what was raised there.
import Trace

[b] = peers(1)
{_, ref} = Node.spawn_monitor(b, fn -> raise "oops" end)
say(reason_of(ref))
