# An EXIT message that is in the mailbox already stays there after unlink.
import Trace

Process.flag(:trap_exit, true)
child = spawn_link(&idle/0)
say(end_with(child, :boom))
settle()
Process.unlink(child)
say(take() == {:EXIT, child, :boom})
say(more())
