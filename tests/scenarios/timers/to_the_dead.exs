# A timer for a process that has ended: a BEAM takes it away, here it stays until it fires into nothing.
import Trace

pid = spawn(&idle/0)
ref = Process.send_after(pid, :tick, 60_000)
say(end_with(pid, :boom))
settle()
say(is_integer(Process.cancel_timer(ref)))
