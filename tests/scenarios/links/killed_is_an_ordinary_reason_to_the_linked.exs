# Who is killed ends with killed, and that is what the linked get: one that traps exits lives on.
import Trace

Process.flag(:trap_exit, true)
child = spawn_link(&idle/0)
Process.exit(child, :kill)
say(take() == {:EXIT, child, :killed})
say(more())
